import type { Lab } from '../rig/lab.ts';
import type { Summary } from '../rig/ledger.ts';
import { forEachAtOnce } from '../rig/pool.ts';
import { usageOf } from '../rig/process-usage.ts';
import { type Pace, runWave } from '../rig/wave.ts';
import type { Subject } from '../subjects/subject.ts';
import { bursting } from './pace.ts';

/** Writes under way at a time, of whoever writes pods and statuses. */
export const WRITES_AT_ONCE = 48;
/** Pods served before the measured ones, so that code is warm and connections are open. */
const WARM_UP_PODS = 20;
const WARM_UP_WITHIN_MS = 60_000;
const SETTLE_MS = 2_000;

export interface DeliveryRun {
  readonly pods: number;
  readonly pace: Pace;
  /** When to give up on pods that got no push, in milliseconds from the first start. */
  readonly withinMs: number;
}

export interface Delivered extends Summary {
  /** CPU that the program used for each pod, in milliseconds. */
  readonly cpuMsPerPod: number;
  /** The most memory it ever had, in units of 10^6 bytes. */
  readonly peakMb: number;
}

/** One program on fresh servers: pods are created, a few warm it up, then all others are started. */
export async function deliveryRun(
  lab: Lab,
  subject: Subject,
  { pods: count, pace, withinMs }: DeliveryRun,
): Promise<Delivered> {
  await using rig = await lab.startRig();
  const { kubelet } = rig;
  const [warmUp, pods] = [lab.pods(WARM_UP_PODS), lab.pods(count)];
  await forEachAtOnce([...warmUp, ...pods], WRITES_AT_ONCE, (pod) => kubelet.create(pod));
  await using program = await subject.startController(await rig.environment(lab.folder()));
  const common = { kubelet, receiver: await lab.receiver(), program };
  const warm = { pods: warmUp, pace: bursting(1), withinMs: WARM_UP_WITHIN_MS, settleMs: 0 };
  const { pushed } = await runWave({ ...common, ...warm });
  if (pushed < warmUp.length) {
    throw new Error(`${subject.name} has served ${pushed} of the first ${warmUp.length} pods`);
  }
  const before = usageOf(program.pid);
  const summary = await runWave({ ...common, pods, pace, withinMs, settleMs: SETTLE_MS });
  const after = usageOf(program.pid);
  const cpuMsPerPod = (after.cpuMs - before.cpuMs) / count;
  return { ...summary, cpuMsPerPod, peakMb: after.peakMb };
}
