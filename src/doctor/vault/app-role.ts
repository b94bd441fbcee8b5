import type { VaultClient } from '../../vault/client/vault-client.ts';
import { isVaultError } from '../../vault/client/vault-error.ts';
import { allows, readCapabilities } from '../../vault/token/read-capabilities.ts';
import { type RoleName, secretIdPath } from '../../wire/role-name.ts';
import { about, type Finding } from '../finding.ts';
import { isThere } from './is-there.ts';

/** What Vault lets the controller's token see and do of an AppRole. */
export type AppRoleFacts =
  | {
      readonly kind: 'known';
      readonly mayMint: boolean;
      readonly mayDestroy: boolean;
      /** Undefined where the token may not see it. */
      readonly exists: boolean | undefined;
    }
  | { readonly kind: 'unknown'; readonly words: string };

export interface AppRole {
  readonly mount: string;
  readonly role: RoleName;
}

/** Asks what may be done, and does none of it: nothing is minted. */
export async function gatherAppRole(client: VaultClient, appRole: AppRole): Promise<AppRoleFacts> {
  const mint = secretIdPath(appRole.mount, appRole.role);
  const own = rolePath(appRole);
  try {
    const [minting, destroying, reading] = await readCapabilities(client, [
      mint,
      `${mint}-accessor/destroy`,
      own,
    ]);
    return {
      kind: 'known',
      mayMint: allows(minting ?? [], 'update'),
      mayDestroy: allows(destroying ?? [], 'update'),
      exists: allows(reading ?? [], 'read') ? await isThere(client, own) : undefined,
    };
  } catch (error) {
    if (!isVaultError(error)) throw error;
    return { kind: 'unknown', words: error.detail };
  }
}

function rolePath({ mount, role }: AppRole): string {
  return `auth/${mount}/role/${role}`;
}

export function judgeAppRole(appRole: AppRole, facts: AppRoleFacts): Finding {
  const { mount, role } = appRole;
  const it = about('vault.role', role);
  if (facts.kind === 'unknown') {
    return it.failed(
      `it cannot be asked for: ${facts.words}`,
      "look at Vault, and at the controller's token",
    );
  }
  const path = secretIdPath(mount, role);
  if (facts.exists === false) {
    return it.failed('Vault has no such AppRole', `make it: vault write ${rolePath(appRole)} …`);
  }
  if (!facts.mayMint) {
    const rule = `path "${path}" { capabilities = ["update"] }`;
    return it.failed("the controller's token may not mint for it", `add to its policy: ${rule}`);
  }
  if (!facts.mayDestroy) {
    const rule = `path "${path}-accessor/destroy" { capabilities = ["update"] }`;
    const reason =
      'secret_ids that nobody used live until their TTL ends, for they may not be destroyed';
    return it.warning(reason, `add to the policy of the controller's token: ${rule}`);
  }
  return it.ok(
    facts.exists === undefined
      ? 'secret_ids may be minted; whether it exists, the token may not see'
      : 'it exists, and secret_ids may be minted',
  );
}
