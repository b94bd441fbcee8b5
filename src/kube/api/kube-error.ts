import { RequestError } from '../../base/request-error.ts';
import { sanitize } from '../../base/sanitize.ts';
import type { Secret } from '../../base/secret.ts';
import { count, fields, text } from './json.ts';

/**
 * Why a request to the API server failed.
 * - `throttled` 429 · `server` 5xx · `unreachable` no whole answer: connection, TLS, deadline
 * - `malformed` an answer that is not what the API documents
 * - `unauthorized` 401 · `forbidden` 403 · `notFound` 404 · `conflict` 409
 * - `gone` 410: the resource version or the continue token is too old · `rejected` any other
 */
export type KubeErrorKind = RetryableKind | FinalKind;
type RetryableKind = 'throttled' | 'server' | 'unreachable' | 'malformed';
type FinalKind = 'unauthorized' | 'forbidden' | 'notFound' | 'conflict' | 'gone' | 'rejected';

/** The API server could not serve the request now; asking again later may help. */
export class RetryableKubeError extends RequestError<RetryableKind> {
  override readonly name = 'RetryableKubeError';
  override readonly retryable = true;
  readonly kind: RetryableKind;
  /** How long the server asks us to stay away, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(
    kind: RetryableKind,
    request: string,
    detail: string,
    options: ErrorOptions & { readonly retryAfterMs?: number } = {},
  ) {
    super(request, detail, options);
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/** The API server understood and said no; only another request, or a change of rights, helps. */
export class FinalKubeError extends RequestError<FinalKind> {
  override readonly name = 'FinalKubeError';
  override readonly retryable = false;
  readonly kind: FinalKind;

  constructor(kind: FinalKind, request: string, detail: string, options?: ErrorOptions) {
    super(request, detail, options);
    this.kind = kind;
  }
}

export type KubeError = RetryableKubeError | FinalKubeError;

export function isKubeError(error: unknown): error is KubeError {
  return error instanceof RetryableKubeError || error instanceof FinalKubeError;
}

const KIND_OF_STATUS: Readonly<Record<number, FinalKind>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  410: 'gone',
};

/** A server that asks for more is not heeded: it may have been restarted since. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/** What the server said instead of serving a request, with 4xx or 5xx or in a watch's ERROR event. */
export interface Refusal {
  /** The HTTP status code. */
  readonly code: number;
  /** The `v1` Status object, if the body was one: anything. */
  readonly status: unknown;
  /** The header Retry-After, in seconds. */
  readonly retryAfter?: string | undefined;
}

/** The error that a refusal means. */
export function refusalError(
  request: string,
  refusal: Refusal,
  secrets: readonly Secret[] = [],
): KubeError {
  const status = fields(refusal.status);
  const words = text(status['message']) ?? text(status['reason']) ?? 'no reason given';
  const detail = `${refusal.code} ${sanitize(words, secrets)}`;
  if (refusal.code === 429 || refusal.code >= 500) {
    const kind = refusal.code === 429 ? 'throttled' : 'server';
    return new RetryableKubeError(kind, request, detail, { retryAfterMs: retryAfterMs(refusal) });
  }
  return new FinalKubeError(KIND_OF_STATUS[refusal.code] ?? 'rejected', request, detail);
}

function retryAfterMs(refusal: Refusal): number {
  const inBody = count(fields(fields(refusal.status)['details'])['retryAfterSeconds']);
  const seconds = /^\d{1,6}$/.test(refusal.retryAfter ?? '') ? Number(refusal.retryAfter) : inBody;
  return Math.min((seconds ?? 0) * 1_000, LONGEST_RETRY_AFTER_MS);
}
