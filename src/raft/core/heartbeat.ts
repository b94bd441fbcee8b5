import type { AppendEntries, Request } from '../messages.ts';

export function heartbeatOf(term: number): AppendEntries {
  return { kind: 'append-entries', term, prevIndex: 0, prevTerm: 0, entries: [], commit: 0 };
}

/**
 * Neither it nor its answer says anything of the log, so a slow disk needs not hold them up. A
 * leader's log is never empty: no append looks like this.
 */
export function isHeartbeat(request: Request): boolean {
  if (request.kind !== 'append-entries') return false;
  return request.prevIndex === 0 && request.entries.length === 0;
}
