import type { Secret } from '../../base/secret.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';
import { type ClientToken, logIn } from './log-in.ts';

export interface KubernetesCredentials {
  /** Where the Kubernetes method is mounted, such as `kubernetes`. */
  readonly mount: string;
  readonly role: string;
  /** The token of a Kubernetes service account. */
  readonly jwt: Secret;
}

/**
 * Logs in with the token of a service account.
 * Vault API: Kubernetes auth method, "Login".
 * @throws VaultError: `denied` for a token or account that Vault does not accept, `rejected` for an unknown role
 */
export function loginKubernetes(
  client: VaultClient,
  { mount, role, jwt }: KubernetesCredentials,
  options?: CallOptions,
): Promise<ClientToken> {
  const name = 'log in with the service account';
  return logIn(client, { name, mount, body: { role, jwt } }, options);
}
