import type { Clock } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import { createVaultClient, type VaultClient } from '../vault/client/vault-client.ts';
import { isVaultError } from '../vault/client/vault-error.ts';
import { revokeSelf } from '../vault/token/revoke-self.ts';
import type { RoleName } from '../wire/role-name.ts';
import { about, type Finding, hasFailed } from './finding.ts';
import type { DoctorSettings } from './settings.ts';
import { gatherAppRole, judgeAppRole } from './vault/app-role.ts';
import { gatherHealth, judgeHealth } from './vault/health.ts';
import { gatherOwnToken, judgeOwnToken } from './vault/own-token.ts';
import { gatherAuthority, gatherIssuer, judgeAuthority, judgeIssuer } from './vault/pki.ts';
import { gatherTrust, judgeTrust, trustedPem, trustInWords } from './vault/trust.ts';

/** What was found of Vault, and how to go on asking it. */
export interface Vault extends AsyncDisposable {
  readonly findings: readonly Finding[];
  /** Speaks with the controller's token; undefined where Vault cannot be asked for more. */
  readonly client: VaultClient | undefined;
}

type VaultSettings = DoctorSettings['vault'];

/** Whether Vault is there and well, and accepts the controller's token for what it is to do. */
export async function examineVault(settings: VaultSettings, clock: Clock): Promise<Vault> {
  const { address, namespace } = settings;
  await using open = new AsyncDisposableStack();
  const trust = await gatherTrust(settings, clock);
  const ca = trustedPem(trust);
  const health = await gatherHealth(address, ca, clock);
  const server = judgeHealth(address, health, trustInWords(trust), clock.wallClock());
  // Where nothing can be reached, no mount can be, and only the former is worth a word.
  const general = health.kind === 'failed' ? server : [...server, ...judgeTrust(trust)];
  if (!isUsable(general)) return { ...nothingMore(general), [Symbol.asyncDispose]: async () => {} };
  let token: Secret | undefined;
  const options = { address, ...(ca && { ca }), ...(namespace && { namespace }) };
  const client = open.adopt(createVaultClient({ ...options, token: () => token }, clock), (used) =>
    used.close(),
  );
  const own = await gatherOwnToken(client, settings.token);
  const found = judgeOwnToken(settings.token, own);
  if (own.kind === 'found') {
    token = own.token;
    if (settings.token.ours) open.defer(() => revoke(client, own.token));
  }
  const kept = open.move();
  return {
    findings: [...general, ...found],
    client: own.kind === 'found' ? client : undefined,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function nothingMore(general: readonly Finding[]): Pick<Vault, 'findings' | 'client'> {
  const token = about('vault.token').skipped('Vault cannot be asked');
  return { findings: [...general, token], client: undefined };
}

/** One that cannot be revoked ends by its own TTL. */
async function revoke(client: VaultClient, token: Secret): Promise<void> {
  try {
    await revokeSelf(client, token);
  } catch (error) {
    if (!isVaultError(error)) throw error;
  }
}

/** A wrong clock does not keep us from asking on. */
function isUsable(findings: readonly Finding[]): boolean {
  return !hasFailed(findings.filter(({ check }) => check !== 'vault.clock'));
}

/** Whether the controller's token may mint for each of the roles; none is minted for. */
export async function examineRoles(
  client: VaultClient | undefined,
  mount: string,
  roles: readonly RoleName[],
): Promise<Finding[]> {
  const examine = async (role: RoleName) => {
    if (client === undefined) return about('vault.role', role).skipped('Vault cannot be asked');
    return judgeAppRole({ mount, role }, await gatherAppRole(client, { mount, role }));
  };
  return await Promise.all(roles.map(examine));
}

/** Whether what the metrics server has of Vault's PKI can be had; nothing is issued. */
export async function examinePki(
  client: VaultClient | undefined,
  { issuer, clientMounts }: DoctorSettings['pki'],
): Promise<Finding[]> {
  if (client === undefined) return [];
  const issuing =
    issuer === undefined ? [] : [judgeIssuer(issuer, await gatherIssuer(client, issuer))];
  const reading = clientMounts.map(async (mount) =>
    judgeAuthority(mount, await gatherAuthority(client, mount)),
  );
  return [...issuing, ...(await Promise.all(reading))];
}
