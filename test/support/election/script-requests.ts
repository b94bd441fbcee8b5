import type { LeaseAnswer, LeaseRequest } from '../../../src/election/carry-out.ts';
import { toError } from './script-error.ts';

/** What a core asks about a Lease: `update 2 of u 6: cluster=A.2 by=us`. */
export function requestText(asked: LeaseRequest<object>): string {
  const { kind, request } = asked;
  if (kind === 'read') return `read ${request}`;
  const change = Object.entries(asked.change).map(([key, value]) => `${key}=${value}`);
  const of = kind === 'update' ? ` of ${asked.of.uid} ${asked.of.version}` : '';
  return `${kind} ${request}${of}: ${change.join(' ')}`;
}

/** What the API server says to it: `read 1 absent`, `written 1 6 us`, `failed 1 conflict`. */
export function toAnswer<Lease>(
  kind: 'read' | 'written' | 'failed',
  [request = '', ...words]: readonly string[],
  toLease: (words: readonly string[]) => Lease,
): LeaseAnswer<Lease> {
  const to = { request: Number(request) };
  switch (kind) {
    case 'read':
      return { kind, ...to, lease: words[0] === 'absent' ? undefined : toLease(words) };
    case 'written':
      return { kind, ...to, lease: toLease(words) };
    case 'failed':
      return { kind, ...to, error: toError(words) };
  }
}
