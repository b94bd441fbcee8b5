import type { Secret } from '../../../base/secret.ts';
import type { TokenFacts } from '../rules/token-facts.ts';
import type { BrokenRule } from '../rules/token-rules.ts';

/** Why a request, or a file, gave nothing. The words are sanitised. */
export interface TokenFailure {
  /**
   * - `denied`: Vault does not accept the token or the login (403)
   * - `refused`: it says no for another reason
   * - `unavailable`: it does not answer, or not as it should
   * - `unreadable`: a file holds no credential
   */
  readonly kind: 'denied' | 'refused' | 'unavailable' | 'unreadable';
  readonly words: string;
}

/** Whether it was Vault's answer, which will be the same until somebody changes something. */
export function isAnswer({ kind }: TokenFailure): boolean {
  return kind === 'denied' || kind === 'refused';
}

/** What the core is told. Results bear the number of their request. */
export type TokenInput =
  /** The source has a token: its first, or another one than before. */
  | { readonly kind: 'offered'; readonly token: Secret }
  | { readonly kind: 'unreadable'; readonly words: string }
  | { readonly kind: 'logged-in'; readonly request: number; readonly token: Secret }
  | { readonly kind: 'checked'; readonly request: number; readonly facts: TokenFacts }
  | { readonly kind: 'confirmed'; readonly request: number; readonly ttlMs: number }
  | {
      readonly kind: 'renewed';
      readonly request: number;
      readonly ttlMs: number;
      readonly renewable: boolean;
    }
  | { readonly kind: 'failed'; readonly request: number; readonly failure: TokenFailure }
  /** Somebody wants to know whether Vault still accepts the token, or was told that it does not. */
  | { readonly kind: 'doubted' }
  | { readonly kind: 'wake' };

/** What the core asks for. Each but the last is answered by one result, or `failed`. */
export type TokenAction =
  | { readonly kind: 'log-in'; readonly request: number }
  /** Gathers the facts that the rules judge. */
  | { readonly kind: 'check'; readonly request: number; readonly token: Secret }
  /** Looks whether Vault accepts it. */
  | { readonly kind: 'confirm'; readonly request: number; readonly token: Secret }
  | {
      readonly kind: 'renew';
      readonly request: number;
      readonly token: Secret;
      readonly deadlineMs: number;
    }
  | { readonly kind: 'report'; readonly report: TokenReport };

/** What there is to log and to count. Holds no secret. */
export type TokenReport =
  /** A token is used from now on; `limits` will end it, and go on after "the token …". */
  | {
      readonly kind: 'accepted';
      readonly ttlMs: number;
      /** What it had when it was made or renewed. */
      readonly lifetimeMs: number;
      readonly limits: readonly string[];
      readonly replaces: boolean;
    }
  /** A token is not used, for it breaks rules; another one may be in use. */
  | {
      readonly kind: 'broken';
      readonly rules: readonly BrokenRule[];
      readonly othersInUse: boolean;
    }
  /** A token could not be had or judged, which is tried again. Told when the words change. */
  | {
      readonly kind: 'not-obtained';
      readonly step: 'read' | 'log-in' | 'check';
      readonly failure: TokenFailure;
      readonly othersInUse: boolean;
    }
  /** One renewal request; `shrinks` where Vault gave clearly less than before: it nears its end. */
  | {
      readonly kind: 'renewed';
      readonly ttlMs: number;
      readonly renewable: boolean;
      readonly shrinks: boolean;
    }
  /** One renewal request that failed. */
  | { readonly kind: 'renewal-failed'; readonly failure: TokenFailure; readonly leftMs: number }
  /** The token in use is of no use any more, and there is no other. */
  | { readonly kind: 'lost'; readonly how: 'expired' | 'denied'; readonly words: string };
