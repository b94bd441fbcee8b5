import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { systemClock } from '../src/base/clock.ts';
import { systemRandom } from '../src/base/random.ts';
import { startApiServer, startVault } from '../src/sim/embedded.ts';
import { AdminClient } from '../test/support/real/admin-client.ts';
import { provisionVault } from '../test/support/real/provision-vault.ts';
import { ScratchFolder } from '../test/support/real/scratch-folder.ts';
import { createTestCa } from '../test/support/real/test-ca.ts';
import { type Cluster, controllerEnvironment } from './cluster.ts';
import { accessByManifest } from './manifest-access.ts';

const HOST = '127.0.0.1';
const HOME = { namespace: 'kubernetes-vault', service: 'kubernetes-vault' };

/** Both servers within this process, on ports of their own, over https as in earnest. */
export async function embeddedCluster(
  roles: readonly string[],
  namespaces: readonly string[],
): Promise<Cluster> {
  const folder = new ScratchFolder('demo-cluster');
  const ca = await createTestCa('demo CA');
  const { certPem: cert, keyPem: key } = await ca.issue('demo', [HOST]);
  const common = { clock: systemClock, random: systemRandom, tls: { cert, key } };
  const [rootToken, adminToken, token] = [secret(), secret(), secret()];
  const parties = { adminToken, controllerToken: token, namespace: HOME.namespace };
  const api = await startApiServer({ ...common, access: accessByManifest(parties) });
  const vault = await startVault({ ...common, rootToken });

  const files = { token, 'ca.crt': ca.caPem, namespace: HOME.namespace };
  const serviceAccountDir = folder.file('service-account');
  mkdirSync(serviceAccountDir);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(`${serviceAccountDir}/${name}`, text, { mode: 0o600 });
  }
  const kube = new AdminClient(api.http.url, { authorization: `Bearer ${adminToken}` }, ca.caPem);
  for (const name of [HOME.namespace, ...namespaces]) {
    await kube.request('POST', '/api/v1/namespaces', { metadata: { name } });
  }
  const admin = new AdminClient(`${vault.http.url}/v1/`, { 'x-vault-token': rootToken }, ca.caPem);
  const { token: vaultToken, roleIds } = await provisionVault(admin, { roles });
  return {
    title: 'embedded Kubernetes API and Vault',
    api: {
      request: (method, path, body, contentType?: string) =>
        kube.request(method, path, body, { 'content-type': contentType ?? contentTypeOf(method) }),
    },
    vault: admin,
    controllerEnvironment: controllerEnvironment({
      host: HOST,
      port: api.http.port,
      serviceAccountDir,
    }),
    home: HOME,
    vaultAddr: vault.http.url,
    vaultCaFile: `${serviceAccountDir}/ca.crt`,
    vaultToken,
    roleIds,
    async [Symbol.asyncDispose]() {
      await Promise.all([api.http.stop(), vault.http.stop()]);
      folder.remove();
    },
  };
}

function contentTypeOf(method: string): string {
  return method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
}

function secret(): string {
  return randomBytes(16).toString('hex');
}
