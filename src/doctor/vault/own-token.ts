import { formatDuration } from '../../base/duration.ts';
import { messageOf } from '../../base/message-of.ts';
import { sanitize } from '../../base/sanitize.ts';
import type { Secret } from '../../base/secret.ts';
import type { VaultClient } from '../../vault/client/vault-client.ts';
import { isVaultError, type VaultError } from '../../vault/client/vault-error.ts';
import {
  gatherTokenFacts,
  type TokenDemands,
  type TokenFacts,
} from '../../vault/own-token/rules/token-facts.ts';
import { brokenRules, limitsOf } from '../../vault/own-token/rules/token-rules.ts';
import { about, type Finding } from '../finding.ts';
import type { TokenSettings } from '../settings.ts';

/** What is known of the controller's own token. */
export type OwnTokenFacts =
  | { readonly kind: 'found'; readonly token: Secret; readonly facts: TokenFacts }
  | { readonly kind: 'not-had'; readonly words: string }
  | { readonly kind: 'not-looked-up'; readonly error: VaultError };

export async function gatherOwnToken(
  client: VaultClient,
  { obtain, demands }: TokenSettings,
): Promise<OwnTokenFacts> {
  let token: Secret;
  try {
    token = await obtain(client);
  } catch (error) {
    return { kind: 'not-had', words: sanitize(messageOf(error)) };
  }
  try {
    return { kind: 'found', token, facts: await gatherTokenFacts(client, token, demands) };
  } catch (error) {
    if (!isVaultError(error)) throw error;
    return { kind: 'not-looked-up', error };
  }
}

/** Every rule that it breaks, each with the command that mends it. */
export function judgeOwnToken(
  { from, demands }: { readonly from: string; readonly demands: TokenDemands },
  own: OwnTokenFacts,
): Finding[] {
  const it = about('vault.token');
  if (own.kind === 'not-had') {
    return [it.failed(`there is none by ${from}: ${own.words}`, `look at ${from}`)];
  }
  if (own.kind === 'not-looked-up') {
    const { error } = own;
    if (error.kind !== 'denied')
      return [it.failed(`Vault says nothing of it: ${error.detail}`, 'look at Vault')];
    const reason = `Vault does not accept it: it is expired, revoked, or not of this Vault (${error.detail})`;
    return [it.failed(reason, `give the controller a new one by ${from}`)];
  }
  const broken = brokenRules(own.facts, demands);
  if (broken.length > 0) return broken.map(({ wrong, remedy }) => it.failed(`it ${wrong}`, remedy));
  const limits = limitsOf(own.facts, demands);
  const { policies, ttlSeconds } = own.facts.token;
  const left = formatDuration(ttlSeconds * 1_000);
  if (limits.length === 0) {
    return [it.ok(`it may be used (policies ${sanitize(policies.join(', '))}; ${left} left)`)];
  }
  const remedy = 'make a periodic one, by a token role with a period';
  return limits.map((limit) => it.warning(`it ${limit}`, remedy));
}
