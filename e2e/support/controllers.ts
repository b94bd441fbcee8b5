import { eventually } from './eventually.ts';
import { kubectlJson } from './kubectl.ts';
import { isReady, type PodSeen, podsOf } from './pods.ts';

/** Where the controllers are, and what their Service, Lease and Deployment are called. */
export const CONTROLLERS = 'kubernetes-vault';

interface KubeLease {
  readonly spec: { readonly holderIdentity?: string | null };
}

/** The pod of the controller that acts. */
export function leader(selector = `app=${CONTROLLERS}`): Promise<PodSeen> {
  return eventually('a controller leads', async () => {
    const where = `--namespace=${CONTROLLERS}`;
    const { spec } = await kubectlJson<KubeLease>('get', 'lease', where, CONTROLLERS);
    const pods = await podsOf(CONTROLLERS, selector);
    return pods.find(({ metadata }) => spec.holderIdentity?.startsWith(`${metadata.name}_`));
  });
}

/** Waits until so many controllers are ready, and no other is there. */
export function readyControllers(
  count: number,
  selector = `app=${CONTROLLERS}`,
): Promise<readonly PodSeen[]> {
  return eventually(
    `${count} controllers are ready`,
    async () => {
      const pods = await podsOf(CONTROLLERS, selector);
      return pods.length === count && pods.every(isReady) ? pods : undefined;
    },
    180_000,
  );
}
