import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeRequest } from '../../../../src/kube/api/kube-client.ts';
import type { KubeError } from '../../../../src/kube/api/kube-error.ts';
import { createEventsApi } from '../../../../src/kube/events/events-api.ts';
import {
  DEFAULT_RECORDER_SETTINGS,
  type RecorderReport,
} from '../../../../src/kube/events/messages.ts';
import { startEventWriter } from '../../../../src/kube/events/runner.ts';
import { delivered, notice, unreachable } from '../../../support/kube/recorder-driver.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

/** A writer at work, and an API server that a test answers for. */
function writing() {
  const clock = virtualClock();
  const requests: KubeRequest[] = [];
  const reports: RecorderReport[] = [];
  const answers: { next: () => Promise<unknown> } = { next: () => Promise.resolve({}) };
  const client = {
    json(request: KubeRequest) {
      requests.push(request);
      return answers.next();
    },
    stream: () => assert.fail('Events are no stream'),
    close() {},
  };
  const writer = startEventWriter({
    api: createEventsApi(client),
    settings: { ...DEFAULT_RECORDER_SETTINGS, source: { component: 'test', host: undefined } },
    clock,
    random: () => 0.5,
    report: (report) => reports.push(report),
  });
  return { clock, requests, reports, answers, writer };
}

test('an Event is created by one request, and counted up by another', async () => {
  const { clock, requests, writer } = writing();
  writer.write(notice());
  await clock.advanceAsync(0);
  writer.write(notice());
  await clock.advanceAsync(0);
  const told = requests.map(({ method, path, body }) => `${method} ${path} ${body?.contentType}`);
  assert.deepEqual(told, [
    'POST /api/v1/namespaces/shop/events application/json',
    'PATCH /api/v1/namespaces/shop/events/web-1.8000000000000 application/merge-patch+json',
  ]);
});

test('what fails is tried again when its pause is over', async () => {
  const { clock, requests, reports, answers, writer } = writing();
  answers.next = () => Promise.reject<KubeError>(unreachable);
  writer.write(notice());
  await clock.advanceAsync(0);
  answers.next = () => Promise.resolve({});
  await clock.advanceAsync(60_000);
  assert.equal(requests.length, 2);
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['failing', 'recovered'],
  );
});

test('a burst is written in the background, in its time', async () => {
  const { clock, requests, writer } = writing();
  for (let pod = 0; pod < 100; pod += 1) writer.write(delivered(`pod-${pod}`));
  assert.equal(requests.length, 1);
  await clock.advanceAsync(5_000);
  assert.ok(requests.length > 10 && requests.length < 100, `${requests.length}`);
  await clock.advanceAsync(10_000);
  assert.equal(requests.length, 100);
});

test('after the stop nothing is written, and what was under way is broken off', async () => {
  const { clock, requests, reports, answers, writer } = writing();
  answers.next = () => new Promise(() => {});
  writer.write(notice());
  writer.write(notice({ name: 'web-2' }));
  writer.stop();
  writer.write(notice({ name: 'web-3' }));
  await clock.advanceAsync(3_600_000);
  assert.equal(requests.length, 1);
  assert.equal(requests[0]?.signal?.aborted, true);
  assert.deepEqual(reports, []);
});

/** Whether it has finished within the time that has passed. */
function finishing(writer: ReturnType<typeof writing>['writer'], withinMs: number) {
  const state = { isOver: false };
  void writer.finish(withinMs).then(() => {
    state.isOver = true;
  });
  return state;
}

test('who finishes waits for what is to be written, and not for what may never need to be', async () => {
  const { clock, requests, answers, writer } = writing();
  const { promise: answered, resolve: answer } = Promise.withResolvers<unknown>();
  answers.next = () => answered;
  writer.write(notice());
  writer.write(notice({ name: 'web-2' }));
  writer.write(notice({ name: 'web-3', urgency: 'patient' }));
  const end = finishing(writer, 2_000);
  await clock.advanceAsync(500);
  assert.equal(end.isOver, false);
  answer({});
  await clock.advanceAsync(500);
  assert.deepEqual([end.isOver, requests.length], [true, 2]);
});

test('who finishes waits no longer than he may', async () => {
  const { clock, answers, writer } = writing();
  answers.next = () => new Promise(() => {});
  writer.write(notice());
  const end = finishing(writer, 2_000);
  await clock.advanceAsync(1_999);
  assert.equal(end.isOver, false);
  await clock.advanceAsync(1);
  assert.equal(end.isOver, true);
});

test('who has nothing to tell has finished', async () => {
  const { clock, writer } = writing();
  const end = finishing(writer, 2_000);
  await clock.advanceAsync(0);
  assert.equal(end.isOver, true);
});
