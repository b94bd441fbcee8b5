import type { VaultClient } from '../../vault/client/vault-client.ts';
import type { ClientToken } from '../../vault/login/log-in.ts';
import { startTokenKeeper } from '../../vault/own-token/keeper.ts';
import type { PersistParts } from '../exchange/persist.ts';
import { revoke } from '../exchange/revoke.ts';
import { onlyToken } from './only-token.ts';
import { renewalReporter } from './renewal-reporter.ts';
import { tokenFacts } from './token-facts.ts';

export interface RenewalParts extends PersistParts {
  readonly vault: VaultClient;
  readonly token: ClientToken;
  /** Puts the token where the app reads it, with what Vault says of it now. */
  readonly write: (token: ClientToken) => void;
}

/** Keeps the token of an app good for as long as Vault allows. */
export interface Renewal {
  /** Why the app has no good token; undefined while it has. */
  unready(): string | undefined;
  /** Resolves when only a new push can help: Vault gives the token no more time, or has ended it. */
  readonly spent: Promise<void>;
  /**
   * Renews no more, and revokes the token, in 5 s at most.
   * @returns whether Vault has revoked it
   */
  revoke(): Promise<boolean>;
}

/** What a pod that ends may wait for its token to be revoked: well within its grace period, 30 s by default. */
const REVOKE_MS = 5_000;

/**
 * Renews the token at half its TTL, as the controller does with its own. One that gets no more time is
 * spent at half of what it has left, so that the next one comes before its end.
 */
export function startRenewal(parts: RenewalParts): Renewal {
  const { vault, token, clock, random } = parts;
  const { source, spent } = onlyToken(token.token);
  const keeper = startTokenKeeper({
    client: vault,
    source,
    anyMaker: true,
    factsOf: () => tokenFacts(token),
    clock,
    random,
    report: renewalReporter(parts),
  });
  return {
    unready() {
      const { kind, reason } = keeper.standing();
      // For a moment it waits to be told of the token, which Vault has just given.
      return kind === 'valid' || kind === 'waiting' ? undefined : reason;
    },
    spent: spent.then(() => keeper.stop()),
    revoke() {
      keeper.stop();
      return revoke(parts, vault, { token: token.token, about: {}, withinMs: REVOKE_MS });
    },
  };
}
