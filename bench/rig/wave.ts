import { setTimeout as sleep } from 'node:timers/promises';
import { type Background, createBackground } from './background.ts';
import type { Kubelet } from './kubelet.ts';
import { createLedger, type Ledger, type Summary } from './ledger.ts';
import { monotonicMs } from './monotonic.ts';
import type { BenchPod } from './pods.ts';
import type { Program } from './program.ts';
import type { Receiver } from './receiver.ts';

/** How many reports of ended init containers are under way at once, beside what is measured. */
const ENDING_AT_ONCE = 32;

/** Has every pod's start reported, at its own pace; resolves when all reports have been taken. */
export type Pace = (
  pods: readonly BenchPod[],
  report: (pod: BenchPod) => Promise<void>,
) => Promise<void>;

export interface Wave {
  readonly kubelet: Pick<Kubelet, 'reportStarted' | 'reportRunning'>;
  readonly receiver: Pick<Receiver, 'listen' | 'died'>;
  readonly program: Pick<Program, 'died'>;
  readonly pods: readonly BenchPod[];
  readonly pace: Pace;
  /** When to give up on pods that get no push, in milliseconds from now. */
  readonly withinMs: number;
  /** How long pushes too many are waited for after everything has been delivered, in milliseconds. */
  readonly settleMs: number;
}

/**
 * Starts the init containers of some pods and follows each until it has been pushed to and has
 * ended. Pods that get no push in time are the summary's to show.
 * @throws when the program or the receiver dies, the API server refuses, or a push is malformed
 */
export async function runWave(wave: Wave): Promise<Summary> {
  const { kubelet, receiver, pods, program } = wave;
  const ledger = createLedger();
  const ending = createBackground(ENDING_AT_ONCE, async (pod: BenchPod) => {
    await kubelet.reportRunning(pod);
    ledger.endTaken(pod.ip, monotonicMs());
  });
  const malformed = followPushes(receiver, pods, ledger, ending);
  const report = async (pod: BenchPod) => {
    await kubelet.reportStarted(pod, () => ledger.startSent(pod.ip, monotonicMs()));
    ledger.startTaken(pod.ip, monotonicMs());
  };
  const delivered = async () => {
    await wave.pace(pods, report);
    await ledger.allPushed();
  };
  const failure = [malformed, program.died, receiver.died];
  await Promise.race([delivered(), sleep(wave.withinMs, undefined, { ref: false }), ...failure]);
  await ending.drained();
  await Promise.race([sleep(wave.settleMs), ...failure]);
  return ledger.summary();
}

/** Enters each push into the ledger and lets its pod go on; rejects at the first malformed one. */
function followPushes(
  receiver: Wave['receiver'],
  pods: readonly BenchPod[],
  ledger: Ledger,
  ending: Background<BenchPod>,
): Promise<never> {
  const podOf = new Map(pods.map((pod) => [pod.ip, pod]));
  for (const pod of pods) ledger.expect(pod.ip);
  const malformed = Promise.withResolvers<never>();
  malformed.promise.catch(() => {});
  receiver.listen(({ ip, at, fault }) => {
    if (fault !== undefined) malformed.reject(new Error(`a malformed push to ${ip}: ${fault}`));
    const pod = podOf.get(ip);
    if (ledger.pushed(ip, at) && pod !== undefined) ending.add(pod);
  });
  return malformed.promise;
}
