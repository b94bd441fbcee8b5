import type { Secret } from '../../../base/secret.ts';
import type { CallOptions, VaultClient } from '../../client/vault-client.ts';
import { FinalVaultError } from '../../client/vault-error.ts';
import { lookupSelf, type OwnToken } from '../../token/lookup-self.ts';
import { readTokenRole, type TokenRole } from '../../token/read-token-role.ts';

/** What must be true of a token besides what is asked of every one. */
export interface TokenDemands {
  /** It cannot be had anew by itself, so it must live on. */
  readonly renewable: boolean;
  /** A token role made it, and makes it live for ever. */
  readonly role: boolean;
}

/** What the rules judge a token by. */
export interface TokenFacts {
  readonly token: OwnToken;
  readonly role: RoleFacts;
}

export type RoleFacts =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'none' }
  | ({ readonly kind: 'found'; readonly name: string } & TokenRole)
  | { readonly kind: 'missing'; readonly name: string }
  | { readonly kind: 'unreadable'; readonly name: string; readonly words: string };

/**
 * Asks Vault for everything that `demands` are judged by: one request, or two.
 * @throws VaultError: `denied` for a token that Vault does not accept
 */
export async function gatherTokenFacts(
  client: VaultClient,
  token: Secret,
  demands: TokenDemands,
  options?: CallOptions,
): Promise<TokenFacts> {
  const found = await lookupSelf(client, token, options);
  if (!demands.role) return { token: found, role: { kind: 'not-asked' } };
  if (found.role === undefined) return { token: found, role: { kind: 'none' } };
  return { token: found, role: await roleFacts(client, token, found.role, options) };
}

async function roleFacts(
  client: VaultClient,
  token: Secret,
  name: string,
  options?: CallOptions,
): Promise<RoleFacts> {
  try {
    return { kind: 'found', name, ...(await readTokenRole(client, name, token, options)) };
  } catch (error) {
    if (!(error instanceof FinalVaultError)) throw error;
    if (error.kind === 'missing') return { kind: 'missing', name };
    return { kind: 'unreadable', name, words: error.detail };
  }
}
