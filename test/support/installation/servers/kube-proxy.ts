import type { ControlPlane } from '../../real/control-plane.ts';
import { createTestCa } from '../../real/test-ca.ts';
import { type FaultyProxy, faultyProxy } from '../../servers/faulty-proxy.ts';

/** A proxy that takes the API server's place for a controller, with a certificate of its own. */
export interface KubeProxy extends FaultyProxy {
  readonly address: string;
  /** PEM of the CA that verifies it. */
  readonly caPem: string;
  /** Lists and watches of pods, in their order: path and query of each. */
  podRequests(): string[];
}

const ADDRESS = '127.0.0.1';

export async function startKubeProxy({ url, caPem: ca }: ControlPlane): Promise<KubeProxy> {
  const own = await createTestCa('proxy test CA');
  const { certPem: cert, keyPem: key } = await own.issue('proxy', [ADDRESS]);
  const proxy = await faultyProxy({ url, ca }, { host: ADDRESS, tls: { cert, key } });
  const podRequests = () => proxy.requests.filter((url) => /\/pods\?/.test(url));
  return { ...proxy, address: ADDRESS, caPem: own.caPem, podRequests };
}
