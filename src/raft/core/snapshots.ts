import type { InstallSnapshot, InstallSnapshotResponse, Snapshot } from '../messages.ts';
import { heed } from './following.ts';
import { configurationAt, discardThrough, fitToSnapshot, lastIndexOf, termAt } from './log.ts';
import type { Step } from './state.ts';

/** The leader's state in place of ours, unless ours is as new already. */
export function answerInstall(
  step: Step,
  from: string,
  request: InstallSnapshot,
): InstallSnapshotResponse {
  const { state } = step;
  const success = heed(step, from, request.term);
  if (success && request.lastIndex > state.commit) install(step, snapshotOf(request));
  return { kind: 'install-snapshot', term: state.term, success };
}

function snapshotOf(request: InstallSnapshot): Snapshot {
  const { lastIndex, lastTerm, configuration, configurationIndex, data } = request;
  return { lastIndex, lastTerm, configuration, configurationIndex, data };
}

function install({ state, output }: Step, snapshot: Snapshot): void {
  const { log } = state;
  const { lastIndex } = snapshot;
  fitToSnapshot(log, snapshot);
  log.snapshot = snapshot;
  state.commit = lastIndex;
  state.configuration = configurationAt(log, lastIndexOf(log));
  output.installed = snapshot;
  output.persist.snapshot = snapshot;
  if (lastIndexOf(log) === lastIndex) output.persist.truncateAfter = lastIndex;
  output.persist.discardThrough = lastIndex;
}

/** A snapshot of our own; the last entries that it covers stay for those who are a little behind. */
export function compact({ state, settings, output }: Step, index: number, data: Uint8Array): void {
  const { log, commit } = state;
  const lastTerm = termAt(log, index);
  const isCovered = index <= (log.snapshot?.lastIndex ?? 0);
  if (lastTerm === undefined || index > commit || isCovered) {
    output.result = { kind: 'refused', why: 'nothing-to-compact' };
    return;
  }
  const { configuration, index: configurationIndex } = configurationAt(log, index);
  log.snapshot = { lastIndex: index, lastTerm, configuration, configurationIndex, data };
  output.persist.snapshot = log.snapshot;
  const until = index - settings.trailingEntries;
  if (until > log.base.index) discardThrough(log, until);
  output.persist.discardThrough = log.base.index;
  output.result = { kind: 'begun' };
}
