import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BenchPod, podSource } from '../../../bench/rig/pods.ts';
import type { PushReceived } from '../../../bench/rig/receiver-process.ts';
import { runWave, type Wave } from '../../../bench/rig/wave.ts';
import { bursting } from '../../../bench/scenarios/pace.ts';

const never = new Promise<never>(() => {});

/** A wave over pods whose status writes call `onStart`, which may push by `push`. */
function waveOf(count: number, onStart: (pod: BenchPod, push: Push) => void) {
  const pods = Array.from({ length: count }, podSource());
  const ended: string[] = [];
  let listener: (push: PushReceived) => void = () => {};
  const push: Push = (pod, more = {}) => listener({ ip: pod.ip, by: '127.0.0.1', at: 1, ...more });
  const wave: Wave = {
    kubelet: {
      async reportStarted(pod, onSend) {
        onSend();
        onStart(pod, push);
      },
      async reportRunning(pod) {
        ended.push(pod.name);
      },
    },
    receiver: {
      died: never,
      listen(next) {
        listener = next;
      },
    },
    program: { died: never },
    pods,
    pace: bursting(2),
    withinMs: 10_000,
    settleMs: 0,
  };
  return { wave, ended, pods };
}

type Push = (pod: BenchPod, more?: Partial<PushReceived>) => void;

test('a wave is over when every pod was pushed to, and each of these is reported as ended once', async () => {
  const { wave, ended, pods } = waveOf(5, (pod, push) => {
    push(pod);
    push(pod);
  });
  const { expected, pushed, duplicates } = await runWave(wave);
  assert.deepEqual({ expected, pushed, duplicates }, { expected: 5, pushed: 5, duplicates: 5 });
  assert.deepEqual(
    ended.sort(),
    pods.map(({ name }) => name),
  );
});

test('pods that get no push in time are in the summary, and are not reported as ended', async () => {
  const { wave, ended } = waveOf(3, (pod, push) => {
    if (pod.name !== 'pod-2') push(pod);
  });
  const { expected, pushed } = await runWave({ ...wave, withinMs: 1 });
  assert.deepEqual({ expected, pushed }, { expected: 3, pushed: 2 });
  assert.deepEqual(ended.sort(), ['pod-1', 'pod-3']);
});

test('a malformed push ends a wave', async () => {
  const { wave } = waveOf(1, (pod, push) => push(pod, { fault: 'token is missing' }));
  await assert.rejects(runWave(wave), /malformed push to 127\.16\.0\.1: token is missing/);
});

test('the death of the program ends a wave that waits', async () => {
  const { wave } = waveOf(1, () => {});
  const died = Promise.reject(new Error('the controller ended with 1'));
  await assert.rejects(runWave({ ...wave, program: { died } }), /ended with 1/);
});

test('a status write that the API server refuses ends a wave', async () => {
  const { wave } = waveOf(1, () => {
    throw new Error('PATCH: 403');
  });
  await assert.rejects(runWave(wave), /403/);
});
