import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { Installation } from './installation.ts';

/** The environment of a person at a laptop, who has this token for the API server. */
export function laptopWith(home: Installation, token: string): { readonly KUBECONFIG: string } {
  const { url: server, caFile } = home.servers.plane;
  const file = home.file('kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: { server, 'certificate-authority': caFile } }],
    users: [{ name: 'u', user: { token } }],
  };
  writeFileSync(file, stringify(config), { mode: 0o600 });
  return { KUBECONFIG: file };
}
