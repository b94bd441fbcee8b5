import type { ReadTextFile } from '../../../base/follow-file.ts';
import type { VaultClient } from '../../client/vault-client.ts';
import { loginAppRole } from '../../login/login-app-role.ts';
import { loginKubernetes } from '../../login/login-kubernetes.ts';
import type { LoginSource } from '../token-source.ts';
import { readCredential } from './credential-file.ts';

/** Logs in with a service account's token, as its file holds it at that time: the kubelet replaces it. */
export function kubernetesLogin(
  client: VaultClient,
  { mount, role, jwtFile }: { mount: string; role: string; jwtFile: string },
  read: ReadTextFile,
): LoginSource {
  return {
    kind: 'login',
    async logIn(signal) {
      const jwt = await readCredential(jwtFile, read);
      return (await loginKubernetes(client, { mount, role, jwt }, { signal })).token;
    },
  };
}

/** Logs in with a role_id, and the secret_id that its file holds at that time. */
export function appRoleLogin(
  client: VaultClient,
  { mount, roleId, secretIdFile }: { mount: string; roleId: string; secretIdFile: string },
  read: ReadTextFile,
): LoginSource {
  return {
    kind: 'login',
    async logIn(signal) {
      const secretId = await readCredential(secretIdFile, read);
      return (await loginAppRole(client, { mount, roleId, secretId }, { signal })).token;
    },
  };
}
