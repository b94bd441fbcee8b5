import { percentile } from '../report/statistics.ts';

/** What happened to one pod; times are milliseconds on the machine's monotonic clock. */
export interface PodRecord {
  /** When the status that says that its init container runs began to be sent. */
  readonly startSent: number;
  /** Every push to it, in their order, and the address that it came from. */
  readonly pushes: readonly { readonly at: number; readonly by: string }[];
}

/** What happened to all pods until `endedAt`. */
export interface RunRecord {
  readonly pods: readonly PodRecord[];
  readonly endedAt: number;
}

/** A part of a run: from when something was done to a controller, to before the next thing. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What the pods met that waited at any time within a stretch; times in milliseconds. */
export interface Silence {
  /** The longest that one of them waited from its status to its first push. */
  readonly longestWait: number;
  /** The same, the 99th percentile. */
  readonly p99Wait: number;
  /** Pushes beyond a pod's first, within the stretch. */
  readonly duplicates: number;
}

/** @throws RangeError when no pod waited */
export function silenceIn(record: RunRecord, stretch: Stretch): Silence {
  const { from, to } = stretch;
  const waits = waitingIn(record, stretch).map(({ since, until }) => until - since);
  const repeated = record.pods.flatMap(({ pushes }) => pushes.slice(1));
  return {
    longestWait: percentile(waits, 100),
    p99Wait: percentile(waits, 99),
    duplicates: repeated.filter(({ at }) => at >= from && at < to).length,
  };
}

/**
 * The longest that one of the pods waited that waited at any time within the stretch, counted from
 * the stretch's begin at the earliest (ms).
 * @throws RangeError when no pod waited
 */
export function longestWaitFrom(record: RunRecord, stretch: Stretch): number {
  const waits = waitingIn(record, stretch).map(
    ({ since, until }) => until - Math.max(since, stretch.from),
  );
  return percentile(waits, 100);
}

/** From when until when each pod waited that did so at any time within the stretch. */
function waitingIn({ pods, endedAt }: RunRecord, { from, to }: Stretch) {
  return pods
    .map(({ startSent, pushes }) => ({ since: startSent, until: pushes[0]?.at ?? endedAt }))
    .filter(({ since, until }) => since < to && until >= from);
}

/** When a push came after `from`, from any address but that one; undefined if none has. */
export function firstPush(
  pods: readonly PodRecord[],
  from: number,
  butFrom?: string,
): number | undefined {
  const times = pods
    .flatMap(({ pushes }) => pushes)
    .filter(({ at, by }) => at >= from && by !== butFrom)
    .map(({ at }) => at);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** How many pods nobody has pushed to. */
export function unserved(pods: readonly PodRecord[]): number {
  return pods.filter(({ pushes }) => pushes.length === 0).length;
}
