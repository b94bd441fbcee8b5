import type { DevVault } from './dev-vault.ts';

/** What the controller and the init container do for a pod, by Vault's API: a token's accessor. */
export async function deliver(vault: DevVault, token: string, roleId: string): Promise<string> {
  type Wrapped = { wrap_info: { token: string } };
  const minting = vault.as(token, { 'x-vault-wrap-ttl': '60s' });
  const path = 'auth/approle/role/sample-app/secret-id';
  const { wrap_info } = await minting.request<Wrapped>('POST', path, {});
  type Unwrapped = { data: { secret_id: string } };
  const unwrapping = vault.as(wrap_info.token);
  const { data } = await unwrapping.request<Unwrapped>('POST', 'sys/wrapping/unwrap');
  type Login = { auth: { client_token: string; accessor: string } };
  const login = { role_id: roleId, secret_id: data.secret_id };
  const { auth } = await vault.as(undefined).request<Login>('POST', 'auth/approle/login', login);
  await vault.as(auth.client_token).request('GET', 'secret/data/sample-app');
  return auth.accessor;
}

/** Whether a token is good for the controller. */
export async function isGood(vault: DevVault, token: string): Promise<boolean> {
  try {
    await vault.as(token).request('GET', 'auth/token/lookup-self');
    return true;
  } catch {
    return false;
  }
}
