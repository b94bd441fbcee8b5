import { join } from 'node:path';
import { createTestCa } from '../real/test-ca.ts';
import type { KubeObject } from './rendered-chart.ts';

const ca = await createTestCa();
const { certPem, keyPem } = await ca.issue('kubernetes-vault', ['kubernetes-vault']);

/** Reads the files that the volumes of a pod hold; there are no others. */
export function mountedFiles({ containers, volumes }: KubeObject): (path: string) => string {
  const paths = containers[0].volumeMounts.flatMap(({ name, mountPath }: KubeObject) => {
    const volume = volumes.find((one: KubeObject) => one.name === name);
    return namesIn(volume).map((file) => join(mountPath, file));
  });
  return (path) => {
    if (paths.includes(path)) return contentOf(path);
    throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
  };
}

/** Of a Secret as a whole: that it is one of type kubernetes.io/tls. */
function namesIn({ secret, configMap, projected }: KubeObject): string[] {
  const items = secret?.items ?? configMap?.items;
  if (items !== undefined) return items.map(({ path }: KubeObject) => path);
  if (projected !== undefined) {
    return projected.sources.map((source: KubeObject) => source.serviceAccountToken.path);
  }
  return secret === undefined ? [] : ['tls.crt', 'tls.key'];
}

function contentOf(path: string): string {
  if (path.endsWith('tls.key')) return keyPem;
  if (path.endsWith('tls.crt')) return certPem;
  if (path.endsWith('/keys')) return Buffer.alloc(32).toString('base64');
  return path.endsWith('.crt') ? ca.caPem : 'a-credential';
}
