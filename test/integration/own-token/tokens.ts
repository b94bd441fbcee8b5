import { renameSync, writeFileSync } from 'node:fs';
import type { OpenBao } from '../../support/real/openbao.ts';

/** As the controller's, for tokens of any role. */
const POLICY = 'controller-of-any-role';

/** Makes the policy that `periodicToken` gives. */
export async function allowAnyTokenRole(vault: OpenBao): Promise<void> {
  type Policy = { data: { policy: string } };
  const own = await vault.request<Policy>('GET', 'sys/policies/acl/kubernetes-vault');
  const policy = `${own.data.policy}\npath "auth/token/roles/+" { capabilities = ["read"] }`;
  await vault.request('PUT', `sys/policies/acl/${POLICY}`, { policy });
}

/** Makes a token as the controller's should be, by a token role of its own. */
export async function periodicToken(vault: OpenBao, role: string, period = '24h'): Promise<string> {
  return await roleToken(vault, role, { orphan: true, renewable: true, token_period: period });
}

/** Makes a token by a token role that is made anew. */
export async function roleToken(vault: OpenBao, role: string, settings: object): Promise<string> {
  await vault.request('POST', `auth/token/roles/${role}`, {
    allowed_policies: [POLICY],
    ...settings,
  });
  return await createdToken(vault, role);
}

/** Makes another token by a token role. */
export async function createdToken(vault: OpenBao, role: string): Promise<string> {
  type Created = { auth: { client_token: string } };
  const path = `auth/token/create/${role}`;
  return (await vault.request<Created>('POST', path, { policies: [POLICY] })).auth.client_token;
}

export async function revoke(vault: OpenBao, token: string): Promise<void> {
  await vault.request('POST', 'auth/token/revoke', { token });
}

/** Seconds that Vault gives a token from now; undefined for one that it does not know. */
export async function secondsLeft(vault: OpenBao, token: string): Promise<number | undefined> {
  type LookedUp = { data: { ttl: number } };
  return await vault.request<LookedUp>('POST', 'auth/token/lookup', { token }).then(
    ({ data }) => data.ttl,
    () => undefined,
  );
}

/** Replaces a file whole, as whoever writes credentials does. */
export function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
