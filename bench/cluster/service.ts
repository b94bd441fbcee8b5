import { type ServicePod, serviceEndpoints } from '../../test/support/kubelet/service-endpoints.ts';
import type { ControlPlane } from '../../test/support/real/control-plane.ts';

/** The headless Service by which controllers find each other; nobody but the rig fills it. */
export interface Service {
  /** The pod is led to from now on, if it is not yet. */
  enter(pod: ServicePod): Promise<void>;
  /** The pod is led to no more. */
  leave(pod: ServicePod): Promise<void>;
  /** No pod is led to any more. */
  clear(): Promise<void>;
}

export function createService(
  api: Pick<ControlPlane, 'request'>,
  home: { readonly namespace: string; readonly service: string },
): Service {
  const pods = new Map<string, ServicePod>();
  const write = serviceEndpoints(api, home);
  const tell = () => write([...pods.values()]);
  return {
    enter(pod) {
      pods.set(pod.name, pod);
      return tell();
    },
    leave({ name }) {
      pods.delete(name);
      return tell();
    },
    clear() {
      pods.clear();
      return tell();
    },
  };
}
