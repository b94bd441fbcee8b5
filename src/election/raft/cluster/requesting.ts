import type { KubeError } from '../../../kube/api/kube-error.ts';
import type { ClusterLease, ClusterLeaseChange } from '../../../kube/leases/cluster-lease.ts';
import type { ClusterInput, ClusterReport } from './messages.ts';
import { adoptAbsence, adoptAnswer } from './observing.ts';
import { type Ask, type Request, report, type Step, type Write } from './state.ts';

type Answer = Extract<ClusterInput, { request: number }>;

/** So long the watch may take to show what a write conflicted with. */
const WATCH_MS = 250;
/** A person has to mend something first: rights, most often; and no server is waited for longer. */
const SLOW_RETRY_MS = 2_000;

/** Begins a request; what it is based on is what is known now. */
export function begin(step: Step, ask: Ask): void {
  const { state, actions } = step;
  const id = ++state.requests;
  state.request = { id, knew: state.known, ask };
  if (ask.kind === 'read') {
    actions.push({ kind: 'read', request: id });
    return;
  }
  const lease = state.known?.lease;
  report(step, reportOf(ask, lease));
  const change = changeOf(step, ask);
  if (lease === undefined) actions.push({ kind: 'create', request: id, change });
  else {
    const of = { uid: lease.uid, version: lease.version };
    actions.push({ kind: 'update', request: id, of, change });
  }
}

function changeOf({ settings }: Step, ask: Write): ClusterLeaseChange {
  const { identity } = settings;
  switch (ask.kind) {
    case 'found':
      return { cluster: ask.cluster, founder: identity, doubter: null, isFounded: true };
    case 'mend':
      return { cluster: ask.cluster, founder: identity, doubter: null };
    case 'object':
      return { doubter: null };
    case 'doubt':
      return { doubter: identity };
    case 'end':
      return { founder: null, doubter: null };
  }
}

function reportOf(ask: Write, lease: ClusterLease | undefined): ClusterReport {
  switch (ask.kind) {
    case 'found':
      return { kind: 'founding', cluster: ask.cluster, cause: ask.cause };
    case 'doubt':
      return { kind: 'doubting', cluster: ask.cluster, cause: ask.cause };
    case 'mend':
      return { kind: 'mending', cluster: ask.cluster };
    case 'object':
      return { kind: 'objecting', doubter: lease?.doubter };
    case 'end':
      return { kind: 'ending', cluster: lease?.cluster };
  }
}

export function takeAnswer(step: Step, answer: Answer): void {
  const { state, settings, now } = step;
  const { request } = state;
  if (request === undefined || request.id !== answer.request) return;
  state.request = undefined;
  if (answer.kind === 'failed') return takeFailure(step, request, answer.error);
  recover(step);
  // An admission webhook may have undone what was written: not to be tried without a pause.
  if (answer.kind === 'written') state.pausedUntil = now + settings.retryMs;
  state.readAt = undefined;
  const { lease } = answer;
  if (lease === undefined) adoptAbsence(step, request);
  else adoptAnswer(step, request, { version: lease.version, lease });
}

function takeFailure(step: Step, request: Request, error: KubeError): void {
  const { state, settings, now, random } = step;
  if (error.kind === 'conflict') {
    recover(step);
    if (state.known === request.knew) state.readAt = now + WATCH_MS;
    return;
  }
  if (error.kind === 'notFound' && request.ask.kind !== 'read') {
    recover(step);
    return adoptAbsence(step, request);
  }
  const asked = error.retryable ? Math.max(settings.retryMs, error.retryAfterMs) : SLOW_RETRY_MS;
  state.pausedUntil = now + Math.min(asked, SLOW_RETRY_MS) * (1 + random / 4);
  if (state.failing?.kind !== error.kind) report(step, { kind: 'failing', error });
  state.failing = error;
}

function recover(step: Step): void {
  if (step.state.failing === undefined) return;
  step.state.failing = undefined;
  report(step, { kind: 'recovered' });
}
