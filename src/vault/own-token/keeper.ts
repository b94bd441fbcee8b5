import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { Secret } from '../../base/secret.ts';
import { type WakeTimer, wakeTimer } from '../../base/wake-timer.ts';
import type { VaultClient } from '../client/vault-client.ts';
import { isVaultError } from '../client/vault-error.ts';
import { lookupSelf } from '../token/lookup-self.ts';
import { renewSelf } from '../token/renew-self.ts';
import { gatherTokenFacts, type TokenDemands, type TokenFacts } from './rules/token-facts.ts';
import { UnfitTokenError } from './rules/unfit-token-error.ts';
import { UnreadableCredentialError } from './sources/credential-file.ts';
import { standingOf, type TokenStanding } from './standing.ts';
import type { FollowedToken, TokenSource } from './token-source.ts';
import { createOwnTokenCore, type OwnTokenCore } from './upkeep/core.ts';
import type { TokenAction, TokenFailure, TokenInput, TokenReport } from './upkeep/messages.ts';

export interface KeeperParts {
  /** Asked with the tokens themselves: its own, if it has one, is never used. */
  readonly client: VaultClient;
  readonly source: TokenSource;
  /** Whether a given token that no token role made will do. */
  readonly anyMaker: boolean;
  /** What a token is judged by, where that is known already; Vault is asked otherwise. */
  readonly factsOf?: (token: Secret) => TokenFacts;
  readonly clock: Clock;
  readonly random: Random;
  /** Takes in what there is to log and to count. */
  readonly report: (report: TokenReport) => void;
}

/** Keeps a token good for as long as that can be done: the controller's own, or an app's beside it. */
export interface TokenKeeper {
  /** The token in use, or the last that was; undefined before the first. */
  token(): Secret | undefined;
  standing(): TokenStanding;
  /**
   * Resolves when there is a token for the first time; until then it waits for Vault.
   * @throws UnfitTokenError when the first token breaks rules, or can never be good
   */
  readonly ready: Promise<void>;
  /** Somebody was told that Vault does not accept the token, or wants to know: has it looked at, soon. */
  doubt(): void;
  stop(): void;
}

export function startTokenKeeper(parts: KeeperParts): TokenKeeper {
  return new Keeper(parts);
}

class Keeper implements TokenKeeper {
  readonly ready: Promise<void>;
  readonly #parts: KeeperParts;
  readonly #core: OwnTokenCore;
  readonly #demands: TokenDemands;
  readonly #abort = new AbortController();
  readonly #settle: { readonly fit: () => void; readonly unfit: (error: Error) => void };
  readonly #followed: FollowedToken | undefined;
  readonly #timer: WakeTimer;
  #last: Secret | undefined;

  constructor(parts: KeeperParts) {
    const { source, anyMaker } = parts;
    const isGiven = source.kind === 'given';
    this.#parts = parts;
    this.#demands = { renewable: isGiven, role: isGiven && !anyMaker };
    this.#core = createOwnTokenCore({ demands: this.#demands, logsIn: !isGiven });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    // Whoever awaits it gets the rejection; nobody need.
    promise.catch(() => {});
    this.#timer = wakeTimer(parts.clock, () => this.#feed({ kind: 'wake' }));
    this.#settle = { fit: resolve, unfit: reject };
    this.#followed = isGiven
      ? source.follow({
          offered: (token) => this.#feed({ kind: 'offered', token }),
          unreadable: (words) => this.#feed({ kind: 'unreadable', words }),
        })
      : undefined;
    this.#feed({ kind: 'wake' });
  }

  token(): Secret | undefined {
    return this.#last;
  }

  standing(): TokenStanding {
    return standingOf(this.#core.use(), this.#parts.clock);
  }

  doubt(): void {
    this.#followed?.look();
    this.#feed({ kind: 'doubted' });
  }

  stop(): void {
    this.#abort.abort();
    this.#timer.stop();
    this.#followed?.stop();
  }

  #feed(input: TokenInput): void {
    if (this.#abort.signal.aborted) return;
    const { clock, random } = this.#parts;
    for (const action of this.#core.step(input, clock.now(), random())) this.#perform(action);
    this.#judge();
    this.#timer.set(this.#core.nextWake());
  }

  /** Notes the token in use, and settles `ready` for good the first time that can be said. */
  #judge(): void {
    const use = this.#core.use();
    const { source } = this.#parts;
    if (use.kind === 'held') {
      this.#last = use.token;
      this.#settle.fit();
    } else if (use.why.kind === 'broken') {
      this.#settle.unfit(UnfitTokenError.of(use.why.rules));
    } else if (use.why.kind === 'denied' && source.kind === 'given' && !source.changes) {
      this.#settle.unfit(UnfitTokenError.denied(use.why.words));
    }
  }

  #perform(action: TokenAction): void {
    if (action.kind !== 'report') return void this.#carryOut(action);
    if (action.report.kind === 'lost') this.#followed?.look();
    this.#parts.report(action.report);
  }

  async #carryOut(action: Exclude<TokenAction, { kind: 'report' }>): Promise<void> {
    let result: TokenInput;
    try {
      result = await this.#ask(action);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      result = { kind: 'failed', request: action.request, failure: failureOf(error) };
    }
    this.#feed(result);
  }

  async #ask(action: Exclude<TokenAction, { kind: 'report' }>): Promise<TokenInput> {
    const { client, source } = this.#parts;
    const { request } = action;
    const { signal } = this.#abort;
    switch (action.kind) {
      case 'log-in': {
        if (source.kind !== 'login')
          throw new Error('a token that is given was to be logged in for');
        return { kind: 'logged-in', request, token: await source.logIn(signal) };
      }
      case 'check': {
        const facts =
          this.#parts.factsOf?.(action.token) ??
          (await gatherTokenFacts(client, action.token, this.#demands, { signal }));
        return { kind: 'checked', request, facts };
      }
      case 'confirm': {
        const { ttlSeconds } = await lookupSelf(client, action.token, { signal });
        return { kind: 'confirmed', request, ttlMs: ttlSeconds * 1_000 };
      }
      case 'renew': {
        const options = { signal, deadlineMs: action.deadlineMs };
        const { ttlSeconds, renewable } = await renewSelf(client, action.token, options);
        return { kind: 'renewed', request, ttlMs: ttlSeconds * 1_000, renewable };
      }
    }
  }
}

/** @throws what is no failure of Vault's or of a file's: a fault of ours, left to end the process */
function failureOf(error: unknown): TokenFailure {
  if (error instanceof UnreadableCredentialError) {
    return { kind: 'unreadable', words: error.message };
  }
  if (!isVaultError(error)) throw error;
  if (error.retryable) return { kind: 'unavailable', words: error.message };
  return { kind: error.kind === 'denied' ? 'denied' : 'refused', words: error.message };
}
