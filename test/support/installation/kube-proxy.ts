import { type FaultyProxy, faultyProxy } from '../faulty-proxy.ts';
import type { ControlPlane } from '../real/control-plane.ts';
import { createTestCa } from '../real/test-ca.ts';

/** A proxy that takes the API server's place for a controller, with a certificate of its own. */
export interface KubeProxy extends FaultyProxy {
  readonly address: string;
  /** PEM of the CA that verifies it. */
  readonly caPem: string;
}

const ADDRESS = '127.0.0.1';

export async function startKubeProxy({ url, caPem: ca }: ControlPlane): Promise<KubeProxy> {
  const own = await createTestCa('proxy test CA');
  const { certPem: cert, keyPem: key } = await own.issue('proxy', [ADDRESS]);
  const proxy = await faultyProxy({ url, ca }, { host: ADDRESS, tls: { cert, key } });
  return { ...proxy, address: ADDRESS, caPem: own.caPem };
}
