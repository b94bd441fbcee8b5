import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createTestCa } from '../../test/support/real/test-ca.ts';
import { ADDRESSES, API_SERVER, files, inState, NODE_NAME } from './layout.ts';

/** Who talks to the API server, by the name of the kubeconfig, and the groups they are in. */
const USERS = {
  admin: { user: 'admin', groups: 'system:masters' },
  'kube-controller-manager': { user: 'system:kube-controller-manager', groups: '' },
  'kube-scheduler': { user: 'system:kube-scheduler', groups: '' },
  'kube-proxy': { user: 'system:kube-proxy', groups: '' },
  kubelet: { user: `system:node:${NODE_NAME}`, groups: 'system:nodes' },
} as const;

const SERVICE = 'kubernetes.default.svc';
const SERVING_NAMES = [
  ADDRESSES.node,
  ADDRESSES.kubernetes,
  '127.0.0.1',
  'kubernetes',
  'kubernetes.default',
  SERVICE,
  `${SERVICE}.cluster.local`,
];

/** The user that the API server is to kubelet. */
export const KUBELET_CLIENT = 'kube-apiserver-kubelet-client';

/** Writes keys, certificates (good for a day), tokens and kubeconfigs for a new cluster. */
export async function writeCredentials(): Promise<void> {
  mkdirSync(inState('pki'), { recursive: true });
  mkdirSync(inState('kubeconfig'), { recursive: true });
  const ca = await createTestCa('e2e Kubernetes CA');
  writeFileSync(files.pki('ca.crt'), ca.caPem);
  const certificates = { 'kube-apiserver': SERVING_NAMES, [KUBELET_CLIENT]: ['localhost'] };
  for (const [name, names] of Object.entries(certificates)) {
    const { certPem, keyPem } = await ca.issue(name, names);
    writeFileSync(files.pki(`${name}.crt`), certPem);
    writeSecret(files.pki(`${name}.key`), keyPem);
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signingKey = privateKey.export({ type: 'sec1', format: 'pem' });
  writeSecret(files.pki('service-accounts.key'), String(signingKey));
  writeTokens(ca.caPem);
}

function writeTokens(caPem: string): void {
  const lines = Object.entries(USERS).map(([name, { user, groups }]) => {
    const token = randomBytes(24).toString('hex');
    writeSecret(files.kubeconfig(name), kubeconfig(user, token, caPem));
    return `${token},"${user}","${name}","${groups}"\n`;
  });
  writeSecret(files.pki('tokens.csv'), lines.join(''));
}

function kubeconfig(user: string, token: string, caPem: string): string {
  const ca = Buffer.from(caPem).toString('base64');
  const cluster = { server: API_SERVER, 'certificate-authority-data': ca };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user } }],
    'current-context': 'e2e',
  });
}

function writeSecret(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
}
