import { RequestError } from '../../base/request-error.ts';

/**
 * Why a request to Vault failed.
 * - `denied` 403 · `missing` 404 · `rejected` any other 4xx (400: Vault read it and said no)
 * - `unavailable` sealed, standby or any other 5xx · `throttled` 429
 * - `unreachable` no answer: connection, TLS, deadline
 * - `malformed` an answer that is not what the API documents
 */
export type VaultErrorKind = RetryableKind | FinalKind;
type RetryableKind = 'unavailable' | 'throttled' | 'unreachable' | 'malformed';
type FinalKind = 'denied' | 'missing' | 'rejected';

interface RetryableOptions extends ErrorOptions {
  /** See {@link RetryableVaultError.maybeDone}; false where it is left out. */
  readonly maybeDone?: boolean;
}

/** Vault could not serve the request now; asking again later may help. */
export class RetryableVaultError extends RequestError<RetryableKind> {
  override readonly name = 'RetryableVaultError';
  override readonly retryable = true;
  readonly kind: RetryableKind;
  /** Whether Vault may have carried the request out all the same: it was sent, and its outcome was lost. */
  readonly maybeDone: boolean;

  constructor(kind: RetryableKind, request: string, detail: string, options?: RetryableOptions) {
    super(request, detail, options);
    this.kind = kind;
    this.maybeDone = options?.maybeDone ?? false;
  }
}

/** Vault understood and said no; only a change in Vault's or our configuration helps. */
export class FinalVaultError extends RequestError<FinalKind> {
  override readonly name = 'FinalVaultError';
  override readonly retryable = false;
  readonly kind: FinalKind;

  constructor(kind: FinalKind, request: string, detail: string, options?: ErrorOptions) {
    super(request, detail, options);
    this.kind = kind;
  }
}

export type VaultError = RetryableVaultError | FinalVaultError;

export function isVaultError(error: unknown): error is VaultError {
  return error instanceof RetryableVaultError || error instanceof FinalVaultError;
}
