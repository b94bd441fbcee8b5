import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startArrivals } from '../../../../bench/failover/arrivals.ts';
import { unserved } from '../../../../bench/failover/record.ts';
import { type BenchPod, podSource } from '../../../../bench/rig/pods.ts';
import type { PushReceived } from '../../../../bench/rig/receiver-process.ts';
import { until } from '../../../support/until.ts';

const never = new Promise<never>(() => {});
type Push = (pod: BenchPod, more?: Partial<PushReceived>) => void;

/** Pods that arrive as fast as they can, and whose status writes call `onStart`, which may push. */
function arrivalsOf(onStart: (pod: BenchPod, push: Push) => void) {
  const calls: string[] = [];
  let listener: (push: PushReceived) => void = () => {};
  const push: Push = (pod, more = {}) => listener({ ip: pod.ip, by: 'leader', at: 1, ...more });
  const arrivals = startArrivals({
    kubelet: {
      async create({ name }) {
        calls.push(`create ${name}`);
      },
      async reportStarted(pod, onSend) {
        onSend();
        calls.push(`start ${pod.name}`);
        onStart(pod, push);
      },
      async reportRunning({ name }) {
        calls.push(`end ${name}`);
      },
    },
    receiver: {
      died: never,
      listen(next) {
        listener = next;
      },
      [Symbol.asyncDispose]: async () => {},
    },
    nextPod: podSource(),
    everyMs: 1,
  });
  const some = (count: number) =>
    until(`${count} pods have come`, () => arrivals.pods.length >= count);
  return { arrivals, calls, some };
}

test('pods arrive until the end, and each that is pushed to is reported as ended once', async () => {
  const { arrivals, calls, some } = arrivalsOf((pod, push) => {
    push(pod);
    push(pod, { at: 2, by: 'heir' });
  });
  await some(5);
  const { pods } = await arrivals.end(10_000, 0);
  assert.deepEqual(
    pods.map(({ pushes }) => pushes),
    pods.map(() => [
      { at: 1, by: 'leader' },
      { at: 2, by: 'heir' },
    ]),
  );
  const names = pods.map((_, at) => `pod-${at + 1}`);
  for (const call of ['create', 'start', 'end']) {
    const called = calls.filter((one) => one.startsWith(call));
    assert.deepEqual(
      called,
      names.map((name) => `${call} ${name}`),
    );
  }
});

test('pods that nobody pushes to are in the record', async () => {
  const { arrivals, some } = arrivalsOf((pod, push) => {
    if (pod.name !== 'pod-2') push(pod);
  });
  await some(3);
  assert.equal(unserved((await arrivals.end(1, 0)).pods), 1);
});

test('a malformed push, a push to nobody, and a refused status write are failures', async () => {
  const malformed = arrivalsOf((pod, push) => push(pod, { fault: 'token is missing' }));
  await assert.rejects(malformed.arrivals.failed, /malformed push to 127\.16\.0\.1: token is/);
  const stray = arrivalsOf((pod, push) => push({ ...pod, ip: '10.9.9.9' }));
  await assert.rejects(stray.arrivals.failed, /10\.9\.9\.9, which no pod has/);
  const refused = arrivalsOf(() => {
    throw new Error('PATCH: 403');
  });
  await assert.rejects(refused.arrivals.failed, /403/);
});
