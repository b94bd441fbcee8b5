import type { AppendEntries, AppendEntriesResponse, InstallSnapshotResponse } from '../messages.ts';
import { entriesBetween, lastIndexOf, termAt } from './log.ts';
import { ask, type Peer, type Step } from './state.ts';

/** Sends what the peer has not, as far as it may be sent now, or an empty append when it is time. */
export function replicate(step: Step, peer: Peer): void {
  const { state, settings, now } = step;
  while (now >= peer.pausedUntil && peer.inFlight < room(peer, settings)) {
    const isBehind = peer.next <= lastIndexOf(state.log);
    if (!isBehind && now < peer.appendAt) return;
    sendNext(step, peer);
    if (!isBehind) return;
  }
}

function room({ mode }: Peer, { maxInFlight }: Step['settings']): number {
  return mode === 'streaming' ? maxInFlight : 1;
}

/** When it would send an append, if nothing comes before. */
export function nextAppendAt(peer: Peer, settings: Step['settings']): number {
  if (peer.inFlight >= room(peer, settings)) return Infinity;
  return Math.max(peer.appendAt, peer.pausedUntil);
}

function sendNext(step: Step, peer: Peer): void {
  const { state, settings, now } = step;
  const { log, term, commit } = state;
  const prevIndex = peer.next - 1;
  const prevTerm = termAt(log, prevIndex);
  peer.inFlight += 1;
  peer.appendAt = now + settings.appendMs;
  if (prevTerm === undefined) return sendSnapshot(step, peer);
  const entries = entriesBetween(log, peer.next, prevIndex + settings.maxEntriesPerAppend);
  ask(step, peer.server, { kind: 'append-entries', term, prevIndex, prevTerm, entries, commit });
  if (peer.mode === 'streaming') peer.next += entries.length;
}

/** What the peer lacks is no longer in the log. */
function sendSnapshot(step: Step, peer: Peer): void {
  const { term, log } = step.state;
  if (log.snapshot === undefined) throw new Error('the log begins behind its first entry');
  peer.mode = 'installing';
  ask(step, peer.server, { kind: 'install-snapshot', term, ...log.snapshot });
}

export function takeAppendAnswer(
  step: Step,
  peer: Peer,
  request: AppendEntries,
  { success, lastIndex, noRetryBackoff }: AppendEntriesResponse,
): void {
  if (success) return matched(peer, request.prevIndex + request.entries.length);
  if (!noRetryBackoff) pauseFor(step, peer);
  const next = Math.max(peer.match + 1, Math.min(peer.next, request.prevIndex, lastIndex + 1));
  // Said of what has been found to agree since, and of nothing that was to follow it.
  if (next === peer.next) return;
  peer.next = next;
  peer.mode = 'probing';
  peer.appendAt = step.now;
}

function matched(peer: Peer, index: number): void {
  peer.match = Math.max(peer.match, index);
  peer.next = Math.max(peer.next, peer.match + 1);
  peer.mode = 'streaming';
}

export function takeInstallAnswer(
  step: Step,
  peer: Peer,
  lastIndex: number,
  { success }: InstallSnapshotResponse,
): void {
  if (success) matched(peer, lastIndex);
  else loseTouch(step, peer);
}

/** What was on its way may have got lost: from what is known to agree, one at a time, after a while. */
export function loseTouch(step: Step, peer: Peer): void {
  if (peer.mode === 'streaming') peer.next = peer.match + 1;
  peer.mode = 'probing';
  pauseFor(step, peer);
}

function pauseFor({ settings, now }: Step, peer: Peer): void {
  peer.pausedUntil = now + settings.appendMs;
}
