import type { PodsEndpoint } from './pod-writer.ts';

export interface ServicePod {
  readonly name: string;
  readonly address: string;
}

/**
 * Writes which pods a headless Service leads to, as the EndpointSlice controller does, which no test
 * has: discovery.k8s.io/v1, one slice.
 */
export function serviceEndpoints(
  api: PodsEndpoint,
  { namespace, service }: { readonly namespace: string; readonly service: string },
): (pods: readonly ServicePod[]) => Promise<void> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const name = `${service}-1`;
  let isThere = false;
  let last: Promise<unknown> = Promise.resolve();
  const write = async (pods: readonly ServicePod[]): Promise<void> => {
    const endpoints = pods.map((pod) => ({
      addresses: [pod.address],
      conditions: { ready: true },
      targetRef: { kind: 'Pod', namespace, name: pod.name },
    }));
    const metadata = { name, labels: { 'kubernetes.io/service-name': service } };
    if (isThere) return void (await api.request('PATCH', `${path}/${name}`, { endpoints }, MERGE));
    await api.request('DELETE', `${path}/${name}`).catch(() => {});
    await api.request('POST', path, { metadata, addressType: addressType(pods), endpoints });
    isThere = true;
  };
  return (pods) => {
    const written = last.then(() => write(pods));
    last = written.catch(() => {});
    return written;
  };
}

/** An API server takes no IP address of loopback, but a name that looks like one. */
function addressType(pods: readonly ServicePod[]): string {
  return pods.some(({ address }) => address.startsWith('127.')) ? 'FQDN' : 'IPv4';
}

const MERGE = 'application/merge-patch+json';
