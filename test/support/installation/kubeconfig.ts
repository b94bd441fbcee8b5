import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { ControlPlane } from '../real/control-plane.ts';
import type { Installation } from './installation.ts';

/** The environment of a person at a laptop, who has this token for the API server. */
export function laptopWith(home: Installation, token: string): { readonly KUBECONFIG: string } {
  return writeKubeconfig(home.file('kubeconfig'), home.servers.plane, token);
}

/** Writes what kubectl needs to be the user of this token. */
export function writeKubeconfig(
  file: string,
  { url: server, caFile }: Pick<ControlPlane, 'url' | 'caFile'>,
  token: string,
): { readonly KUBECONFIG: string } {
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
