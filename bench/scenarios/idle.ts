import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../rig/lab.ts';
import { monotonicMs } from '../rig/monotonic.ts';
import { forEachAtOnce } from '../rig/pool.ts';
import { usageOf } from '../rig/process-usage.ts';
import type { Program } from '../rig/program.ts';
import type { Rig } from '../rig/rig.ts';
import { type Pace, runWave } from '../rig/wave.ts';
import type { Subject } from '../subjects/subject.ts';
import { WRITES_AT_ONCE } from './delivery-run.ts';
import { faultFigures, faults } from './faults.ts';
import type { Scenario, Values } from './scenario.ts';

const FIRST_PUSH_WITHIN_MS = 60_000;
/** What a program does after its start (the rest of the list, garbage collection) is over by then. */
const SETTLED_AFTER_MS = 10_000;

/** A start among running pods, and then nothing to do, watched for `idleSeconds`. */
export function idle(runningPods: number, idleSeconds: number): Scenario {
  const many = runningPods.toLocaleString('en');
  return {
    name: 'idle',
    title: `Start and idle among ${many} running pods`,
    method:
      `${many} annotated pods run, their init containers have ended, and one waits for its push ` +
      'when the program is started. The first push is counted from the start of the process. ' +
      `${SETTLED_AFTER_MS / 1_000} s after it, CPU time is counted over ${idleSeconds} s in which ` +
      'no pod changes, and resident memory read at their end.',
    figures: [
      {
        id: 'first-push',
        label: 'process start → first push',
        unit: 's',
        target: { kind: 'absolute', atMost: 1.5 },
      },
      {
        id: 'cpu',
        label: 'CPU at rest',
        unit: 'ms/s',
        target: { kind: 'absolute', atMost: 2 },
      },
      {
        id: 'memory',
        label: 'resident memory at rest',
        unit: 'MB',
        target: { kind: 'absolute', atMost: 95 },
      },
      ...faultFigures,
    ],
    runSeconds: Math.round(2 + SETTLED_AFTER_MS / 1_000 + idleSeconds),
    async prepare(lab) {
      const rig = await lab.startRig();
      await fill(rig, lab, runningPods);
      return {
        measure: (subject) => measure(rig, lab, subject, idleSeconds),
        [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
      };
    },
  };
}

async function fill({ kubelet }: Rig, lab: Lab, count: number): Promise<void> {
  await forEachAtOnce(lab.pods(count), WRITES_AT_ONCE, async (pod) => {
    await kubelet.create(pod);
    await kubelet.reportRunning(pod);
  });
}

async function measure(rig: Rig, lab: Lab, subject: Subject, idleSeconds: number): Promise<Values> {
  const { kubelet } = rig;
  const pods = lab.pods(1);
  for (const pod of pods) await kubelet.create(pod);
  for (const pod of pods) await kubelet.reportStarted(pod, () => {});
  await using program = await subject.startController(await rig.environment(lab.folder()));
  const summary = await runWave({
    kubelet,
    receiver: await lab.receiver(),
    program,
    pods,
    pace: alreadyStarted,
    withinMs: FIRST_PUSH_WITHIN_MS,
    settleMs: SETTLED_AFTER_MS,
  });
  const firstPush = (summary.lastPushAt - program.startedAt) / 1_000;
  return { 'first-push': firstPush, ...(await rest(program, idleSeconds)), ...faults(summary) };
}

/** The pods' starts were reported before. */
const alreadyStarted: Pace = async () => {};

async function rest(program: Program, seconds: number) {
  const [begin, before] = [monotonicMs(), usageOf(program.pid)];
  await Promise.race([sleep(seconds * 1_000, undefined, { ref: false }), program.died]);
  const [end, after] = [monotonicMs(), usageOf(program.pid)];
  const cpu = (after.cpuMs - before.cpuMs) / ((end - begin) / 1_000);
  return { cpu, memory: after.residentMb };
}
