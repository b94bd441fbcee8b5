import type { VaultClient } from '../../vault/client/vault-client.ts';
import { isVaultError } from '../../vault/client/vault-error.ts';
import { readCaCertificate } from '../../vault/pki/read-ca-certificate.ts';
import { allows, readCapabilities } from '../../vault/token/read-capabilities.ts';
import { about, type Finding } from '../finding.ts';
import type { PkiSettings } from '../settings.ts';
import { isThere } from './is-there.ts';

/** What Vault lets the controller's token see and do of the role that issues the metrics' certificate. */
export type IssuerFacts =
  | {
      readonly kind: 'known';
      readonly mayIssue: boolean;
      /** Undefined where the token may not see it. */
      readonly exists: boolean | undefined;
    }
  | { readonly kind: 'unknown'; readonly words: string };

type Issuer = NonNullable<PkiSettings['issuer']>;

/** Asks what may be done, and does none of it: nothing is issued. */
export async function gatherIssuer(client: VaultClient, issuer: Issuer): Promise<IssuerFacts> {
  const { mount, role } = issuer;
  const own = `${mount}/roles/${role}`;
  try {
    const [issuing, reading] = await readCapabilities(client, [`${mount}/issue/${role}`, own]);
    return {
      kind: 'known',
      mayIssue: allows(issuing ?? [], 'update'),
      exists: allows(reading ?? [], 'read') ? await isThere(client, own) : undefined,
    };
  } catch (error) {
    if (!isVaultError(error)) throw error;
    return { kind: 'unknown', words: error.detail };
  }
}

export function judgeIssuer({ mount, role }: Issuer, facts: IssuerFacts): Finding {
  const path = `${mount}/issue/${role}`;
  const it = about('vault.pki', path);
  if (facts.kind === 'unknown') {
    return it.failed(`it cannot be asked for: ${facts.words}`, 'look at Vault');
  }
  if (facts.exists === false) {
    const remedy = `make it (vault write ${mount}/roles/${role} …), or correct prometheus.tls.vaultCertRole`;
    return it.failed('Vault has no such PKI role', remedy);
  }
  if (!facts.mayIssue) {
    const rule = `path "${path}" { capabilities = ["update"] }`;
    const reason = "the controller's token may not have a certificate issued";
    return it.failed(reason, `add to its policy: ${rule}`);
  }
  return it.ok('a certificate for the metrics may be issued');
}

/** Why the authority of a mount cannot be read; undefined where it can. */
export async function gatherAuthority(
  client: VaultClient,
  mount: string,
): Promise<string | undefined> {
  try {
    await readCaCertificate(client, mount);
    return undefined;
  } catch (error) {
    if (!isVaultError(error)) throw error;
    return error.detail;
  }
}

export function judgeAuthority(mount: string, trouble: string | undefined): Finding {
  const it = about('vault.pki', `${mount}/cert/ca`);
  if (trouble === undefined) return it.ok('the certificates of clients can be verified');
  const remedy = 'correct prometheus.tls.vaultCABackends, or look at that mount';
  return it.failed(`who signs the certificates of clients cannot be read: ${trouble}`, remedy);
}
