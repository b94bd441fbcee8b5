import type { PodEvent } from '../kube/pod-event.ts';
import type { VaultErrorKind } from '../vault/client/vault-error.ts';
import type { Reply } from '../wire/answer.ts';
import type { WrappingToken } from './wrapping-token.ts';

/** What the core is told. */
export type Input =
  | { readonly kind: 'pods'; readonly event: PodEvent }
  /** This controller is the one that acts, from now on. */
  | { readonly kind: 'act' }
  /** No longer; `finish`: the pushes in flight may end, else what was not sent stays. */
  | { readonly kind: 'rest'; readonly finish: boolean }
  | { readonly kind: 'wake' }
  | { readonly kind: 'minted'; readonly attempt: number; readonly token: WrappingToken }
  | { readonly kind: 'mint-failed'; readonly attempt: number; readonly failure: VaultFailure }
  /** The push's TLS connection stands; its body goes out next. Never after an `abort`. */
  | { readonly kind: 'connected'; readonly attempt: number }
  | { readonly kind: 'pushed'; readonly attempt: number; readonly outcome: PushOutcome }
  | { readonly kind: 'probed'; readonly attempt: number; readonly failure: string | undefined }
  | { readonly kind: 'self-looked-up'; readonly answer: SelfLookup }
  | { readonly kind: 'token-looked-up'; readonly suspect: number; readonly gone: boolean }
  | {
      readonly kind: 'destroyed';
      readonly cleanup: number;
      readonly failure: VaultFailure | undefined;
    };

export interface VaultFailure {
  readonly kind: VaultErrorKind;
  readonly retryable: boolean;
  /** Sanitised. */
  readonly words: string;
}

export type SelfLookup =
  | { readonly kind: 'valid' }
  | { readonly kind: 'invalid'; readonly words: string }
  | { readonly kind: 'unknown'; readonly failure: VaultFailure };

/** How a push ended. The words are sanitised. */
export type PushOutcome =
  /** No byte of the body was sent: the token is still ours alone. */
  | { readonly kind: 'unsent'; readonly words: string }
  /** The body was sent, wholly or in part, and no answer came. */
  | { readonly kind: 'unanswered'; readonly words: string }
  | { readonly kind: 'replied'; readonly reply: Reply };
