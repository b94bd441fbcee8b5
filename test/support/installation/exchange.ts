import type { OpenBao } from '../real/openbao.ts';

type Vault = Pick<OpenBao, 'request'>;

/** What is inside a wrapping token, which this uses up. */
export async function unwrap(vault: Vault, wrappingToken: string): Promise<string> {
  type Unwrapped = { data: { secret_id: string } };
  const headers = { 'x-vault-token': wrappingToken };
  const path = 'sys/wrapping/unwrap';
  return (await vault.request<Unwrapped>('POST', path, undefined, headers)).data.secret_id;
}

/** The client token of a login. */
export async function logIn(vault: Vault, roleId: string, secretId: string): Promise<string> {
  type LoggedIn = { auth: { client_token: string } };
  const credentials = { role_id: roleId, secret_id: secretId };
  const { auth } = await vault.request<LoggedIn>('POST', 'auth/approle/login', credentials);
  return auth.client_token;
}

/** What Vault says of a new wrapped secret_id of the role. */
export async function mint(vault: Vault, role: string) {
  type Minted = { wrap_info: { token: string; creation_time: string; ttl: number } };
  const headers = { 'x-vault-wrap-ttl': '60s' };
  const path = `auth/approle/role/${role}/secret-id`;
  return (await vault.request<Minted>('POST', path, {}, headers)).wrap_info;
}
