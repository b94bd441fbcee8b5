import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/support/until.ts';
import { createBackground } from '../rig/background.ts';
import type { Kubelet } from '../rig/kubelet.ts';
import { monotonicMs } from '../rig/monotonic.ts';
import type { BenchPod } from '../rig/pods.ts';
import type { Receiver } from '../rig/receiver.ts';
import { type PodRecord, type RunRecord, unserved } from './record.ts';

/** How many reports of ended init containers are under way at once. */
const ENDING_AT_ONCE = 32;
const SERVED_WITHIN_MS = 30_000;
const SETTLE_MS = 1_000;

export interface ArrivalParts {
  readonly kubelet: Kubelet;
  readonly receiver: Receiver;
  /** Makes a pod that nobody has had before. */
  readonly nextPod: () => BenchPod;
  /** Milliseconds from one pod to the next. */
  readonly everyMs: number;
}

/** Pods that keep arriving, whatever happens to the controllers. */
export interface Arrivals {
  /** What has happened so far. */
  readonly pods: readonly PodRecord[];
  /** Rejects when the rig fails, or a push is malformed. */
  readonly failed: Promise<never>;
  /**
   * Lets no more pods arrive, and waits until all have been pushed to or `withinMs` are over, and
   * then `settleMs` for pushes too many.
   */
  end(withinMs?: number, settleMs?: number): Promise<RunRecord>;
}

interface Arrived {
  readonly pod: BenchPod;
  startSent: number;
  readonly pushes: { readonly at: number; readonly by: string }[];
}

export function startArrivals({ kubelet, receiver, nextPod, everyMs }: ArrivalParts): Arrivals {
  const arrived = new Map<string, Arrived>();
  const pods: Arrived[] = [];
  const failure = Promise.withResolvers<never>();
  let isOver = false;
  failure.promise.catch(() => {
    isOver = true;
  });
  const ending = createBackground(ENDING_AT_ONCE, (pod: BenchPod) => kubelet.reportRunning(pod));
  const arrive = async (pod: BenchPod) => {
    await kubelet.create(pod);
    const entry: Arrived = { pod, startSent: Number.NaN, pushes: [] };
    arrived.set(pod.ip, entry);
    await kubelet.reportStarted(pod, () => {
      entry.startSent = monotonicMs();
      pods.push(entry);
    });
  };
  receiver.listen(({ ip, by, at, fault }) => {
    const entry = arrived.get(ip);
    if (fault !== undefined) failure.reject(new Error(`a malformed push to ${ip}: ${fault}`));
    else if (entry === undefined) failure.reject(new Error(`a push to ${ip}, which no pod has`));
    else if (entry.pushes.push({ at, by }) === 1) ending.add(entry.pod);
  });
  const all = arriveEach(everyMs, () => (isOver ? undefined : arrive(nextPod())));
  all.catch(failure.reject);
  receiver.died.catch(failure.reject);
  return {
    pods,
    failed: failure.promise,
    async end(withinMs = SERVED_WITHIN_MS, settleMs = SETTLE_MS) {
      isOver = true;
      await all;
      await until('all pods have been pushed to', () => unserved(pods) === 0, withinMs).catch(
        () => undefined,
      );
      await ending.drained();
      await Promise.race([sleep(settleMs), failure.promise]);
      return { pods, endedAt: monotonicMs() };
    },
  };
}

/** Does `one` each `everyMs`, whatever it takes, until it gives undefined. */
async function arriveEach(everyMs: number, one: () => Promise<void> | undefined): Promise<void> {
  const begin = monotonicMs();
  const underWay: Promise<void>[] = [];
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  for (let count = 0; ; count += 1) {
    await Promise.race([
      sleep(Math.max(0, begin + count * everyMs - monotonicMs())),
      failed.promise,
    ]);
    const work = one();
    if (work === undefined) break;
    work.catch(failed.reject);
    underWay.push(work);
  }
  await Promise.all(underWay);
}
