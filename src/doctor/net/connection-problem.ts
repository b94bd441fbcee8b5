import { sanitize } from '../../base/sanitize.ts';

/**
 * Why there is no connection, or none of the kind that is wanted.
 * - `no-such-name` · `no-route` · `refused` nobody listens · `timeout` no answer at all
 * - `reset` somebody hung up · `not-tls` · `not-http` something else is spoken there · `other`
 */
export type ConnectionProblem =
  | 'no-such-name'
  | 'no-route'
  | 'refused'
  | 'timeout'
  | 'reset'
  | 'not-tls'
  | 'not-http'
  | 'other';

export interface FailedConnection {
  readonly problem: ConnectionProblem;
  /** Node's own; sanitised. */
  readonly words: string;
}

/** There was no answer in time. */
export class LateError extends Error {
  override readonly name = 'LateError';
  readonly code = 'ETIMEDOUT';

  constructor(ms: number) {
    super(`no answer within ${ms / 1_000} s`);
  }
}

const PROBLEMS: Readonly<Record<string, ConnectionProblem>> = {
  ENOTFOUND: 'no-such-name',
  EAI_AGAIN: 'no-such-name',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  EPROTO: 'not-tls',
};

/** What an error of Node's, thrown while connecting, means. */
export function failedConnection(error: Error): FailedConnection {
  // Connecting to several addresses fails with one error that holds the others, and says nothing.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  const told = first instanceof Error ? first : error;
  const code = 'code' in told ? String(told.code) : '';
  return { problem: problemOf(code), words: sanitize(told.message || code || 'unknown error') };
}

function problemOf(code: string): ConnectionProblem {
  if (code.startsWith('ERR_SSL_')) return 'not-tls';
  if (code.startsWith('HPE_')) return 'not-http';
  return PROBLEMS[code] ?? 'other';
}

/** What to look at, where a server should be. */
export const CONNECTION_REMEDY: Readonly<Record<ConnectionProblem, string>> = {
  'no-such-name': 'correct the name, or look at the DNS that is used here',
  'no-route': 'look at the network between here and there',
  refused: 'look whether it runs, and listens on that port',
  timeout: 'look at firewalls and network policies between here and there',
  reset: 'look at what stands between here and there, and at the log of the server',
  'not-tls': 'correct the port, or the scheme: no TLS is spoken there',
  'not-http': 'correct the port, or the scheme: no HTTP is spoken there',
  other: 'look at the network between here and there',
};
