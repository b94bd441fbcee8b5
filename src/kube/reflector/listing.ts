import { backoffDelay } from '../../base/backoff.ts';
import { type KubeError, RetryableKubeError } from '../api/kube-error.ts';
import type { ListQuery, PodPage } from './messages.ts';
import type { AskingList, Cursor, Stage, Step, Sync } from './state.ts';
import { failing, inARow, isLostMoment, recovered, retryDelay } from './trouble.ts';
import { openWatch } from './watching.ts';

/** Field selectors of the stages; together they are all pods that have not ended. */
const SELECTOR: Readonly<Record<Stage, string>> = {
  pending: 'status.phase=Pending',
  rest: 'status.phase!=Pending,status.phase!=Succeeded,status.phase!=Failed',
};

/** Begins a sync, whose first list is asked for after `delay` milliseconds. */
export function beginSync({ state, now, actions }: Step, delay: number): void {
  const sync = { startedAt: now, pods: 0, restarts: 0, told: new Set<string>() };
  const cursor: Cursor = { stage: 'pending' };
  state.list = { kind: 'waiting', sync, cursor, failures: 0, until: now + delay };
  state.watch = { kind: 'off' };
  actions.push({ kind: 'emit', event: { kind: 'sync-started' } });
}

/** Asks for the page at the cursor. */
export function askPage(step: Step, sync: Sync, cursor: Cursor, failures: number): void {
  const { state, settings, actions } = step;
  const request = ++state.requests;
  const { stage, ...place } = cursor;
  const query: ListQuery = { fieldSelector: SELECTOR[stage], limit: settings.pageLimit, ...place };
  state.list = { kind: 'asking', sync, request, cursor, failures };
  actions.push({ kind: 'list', request, query });
}

/** Passes on what a page tells anew, starts the watch after the first one, and goes on to the next. */
export function takePage(step: Step, list: AskingList, page: PodPage): KubeError | undefined {
  const { state, actions } = step;
  const { sync, cursor } = list;
  const { continueToken } = page;
  if (continueToken !== undefined && continueToken === cursor.continueToken) {
    const error = new RetryableKubeError('malformed', 'list pods', 'a page that leads to itself');
    return listFailed(step, list, error);
  }
  recovered(step, 'list');
  if (state.watch.kind === 'off') openWatch(step, page.version, 0);
  for (const facts of page.facts) {
    if (sync.told.has(facts.uid)) continue;
    sync.pods++;
    actions.push({ kind: 'emit', event: { kind: 'pod', facts } });
  }
  if (continueToken === undefined) finishStage(step, list);
  else askPage(step, sync, { stage: cursor.stage, continueToken }, 0);
  return undefined;
}

function finishStage(step: Step, { sync, cursor }: AskingList): void {
  const { state, now, actions } = step;
  if (cursor.stage === 'pending') {
    actions.push({ kind: 'emit', event: { kind: 'pending-listed' } });
    return askPage(step, sync, stageNow(step, 'rest'), 0);
  }
  state.list = { kind: 'idle' };
  actions.push({ kind: 'emit', event: { kind: 'sync-finished' } });
  const ms = now - sync.startedAt;
  actions.push({ kind: 'report', report: { kind: 'synced', pods: sync.pods, ms } });
}

/**
 * The start of a stage's list as of the watch's position: whatever has happened to a pod since, the
 * watch will tell, and what it has told since is newer. So no two versions are ever compared.
 */
function stageNow({ state }: Step, stage: Stage): Cursor {
  return state.watch.kind === 'off' ? { stage } : { stage, exactVersion: state.watch.position };
}

/**
 * Has a page asked for again, or its list from the start where the server has forgotten the moment
 * that it showed. Returns the error instead, if it has forgotten even the watch's position.
 */
export function listFailed(step: Step, list: AskingList, error: KubeError): KubeError | undefined {
  const { sync, cursor } = list;
  const isMoment = cursor.exactVersion !== undefined || cursor.continueToken !== undefined;
  if (!isMoment || !isLostMoment(error)) {
    const failures = inARow(step, 'list', error, list.failures);
    const delay = retryDelay(step, error, failures);
    failing(step, 'list', error, delay);
    askLater(step, { ...list, failures }, delay);
    return undefined;
  }
  if (cursor.continueToken === undefined) {
    step.state.list = { kind: 'idle' };
    return error;
  }
  sync.restarts++;
  const delay = backoffDelay(step.settings.retry, sync.restarts, step.random);
  failing(step, 'list', error, delay);
  askLater(step, { sync, cursor: stageNow(step, cursor.stage), failures: 0 }, delay);
  return undefined;
}

function askLater(
  { state, now }: Step,
  { sync, cursor, failures }: Pick<AskingList, 'sync' | 'cursor' | 'failures'>,
  delay: number,
): void {
  state.list = { kind: 'waiting', sync, cursor, failures, until: now + delay };
}
