import type { ClusterName } from '../../../kube/leases/cluster-lease.ts';
import { founding } from './founding.ts';
import { leaseSays } from './lease-says.ts';
import { ending, leave } from './leaving.ts';
import { mending } from './mending.ts';
import type { ClusterAction, ClusterInput, ClusterSettings, Description } from './messages.ts';
import { nextChange } from './next-change.ts';
import { see } from './observing.ts';
import { begin, takeAnswer } from './requesting.ts';
import { opened, rememberData, serve, takeStatus } from './serving.ts';
import { readSigns, type Signs } from './signs.ts';
import {
  type Ask,
  type ClusterState,
  hasData,
  initialState,
  isDue,
  isSameCluster,
  openFolder,
  report,
  type Step,
} from './state.ts';

/**
 * Decides which cluster of Raft servers this process takes part in, when another has to begin, and,
 * while its server leads, who belongs to it. Pure: it is told what happened and when
 * (docs/adr/0017).
 */
export interface ClusterCore {
  /** `now` in monotonic milliseconds, never less than before; `random` from 0 to 1. */
  step(input: ClusterInput, now: number, random: number): ClusterAction[];
  /** When `step` wants to be called with `wake`, if nothing comes before; undefined: not by itself. */
  nextWake(): number | undefined;
}

/** `kept`: the newest cluster of which the disk has data. */
export function createClusterCore(
  settings: ClusterSettings,
  kept: ClusterName | undefined,
): ClusterCore {
  const state = initialState(kept);
  return {
    step(input, now, random) {
      if (state.hasLeft) return [];
      const step: Step = { state, settings, now, random, actions: [] };
      state.wakeAt = Number.POSITIVE_INFINITY;
      take(step, input);
      rememberData(step);
      serve(step);
      describe(step);
      tend(step);
      leave(step);
      write(step);
      return step.actions;
    },
    nextWake() {
      return state.hasLeft || state.wakeAt === Number.POSITIVE_INFINITY ? undefined : state.wakeAt;
    },
  };
}

function take(step: Step, input: ClusterInput): void {
  const { state, settings, now } = step;
  switch (input.kind) {
    case 'wake':
      return;
    case 'seen':
      return see(step, input.sight);
    case 'pods':
      state.pods = input.ips && new Set(input.ips);
      return;
    case 'members':
      state.members = input.members.filter(({ node }) => node !== settings.node);
      return;
    case 'opened':
      return opened(step, input);
    case 'raft':
      return takeStatus(step, input.status);
    case 'leave':
      state.leaving ??= { since: now, offeredAt: Number.NEGATIVE_INFINITY };
      return;
    default:
      return takeAnswer(step, input);
  }
}

/** So long a change may take to show in the status, before it is asked for again. */
const ASKED_MS = 500;

/** One change at a time. */
function tend(step: Step): void {
  const { state, now, actions } = step;
  const { raft, asked } = state;
  const folder = openFolder(state);
  if (folder === undefined || raft?.canChange !== true) return;
  const isNew = raft.configurationIndex !== asked?.configurationIndex;
  if (asked !== undefined && !isNew && !isDue(step, asked.at + ASKED_MS)) return;
  const change = nextChange(step, folder, raft);
  if (change === undefined) return;
  state.asked = { configurationIndex: raft.configurationIndex, at: now };
  actions.push({ kind: 'change', change });
  report(step, { kind: 'changing', change });
}

function write(step: Step): void {
  const { state } = step;
  const signs = readSigns(step, leaseSays(state));
  if (state.hasLeft || state.request !== undefined || !isDue(step, state.pausedUntil)) return;
  const ask = nextAsk(step, signs);
  if (ask !== undefined) begin(step, ask);
}

function nextAsk(step: Step, signs: Signs): Ask | undefined {
  const { readAt } = step.state;
  if (readAt !== undefined) return isDue(step, readAt) ? { kind: 'read' } : undefined;
  return mending(step) ?? ending(step) ?? founding(step, signs);
}

function describe({ state, actions }: Step): void {
  const description = descriptionOf(state);
  if (state.described !== undefined && isSame(description, state.described)) return;
  state.described = description;
  actions.push({ kind: 'describe', description });
}

function isSame(one: Description, other: Description): boolean {
  return (
    one.serverId === other.serverId &&
    one.hasData === other.hasData &&
    one.isLeaving === other.isLeaving &&
    isSameCluster(one.cluster, other.cluster)
  );
}

function descriptionOf(state: ClusterState): Description {
  const folder = openFolder(state);
  return {
    serverId: folder?.serverId,
    cluster: folder?.cluster,
    hasData: folder !== undefined && hasData(state),
    isLeaving: state.leaving !== undefined,
  };
}
