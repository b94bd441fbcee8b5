import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodEvent } from '../../../../src/kube/pod-event.ts';
import {
  DEFAULT_REFLECTOR_SETTINGS,
  type PodPage,
  type ReflectorReport,
  type WatchEvent,
} from '../../../../src/kube/reflector/messages.ts';
import { type PodsApi, startReflector } from '../../../../src/kube/reflector/runner.ts';
import {
  bookmark,
  changed,
  gone,
  podFacts,
  reset,
} from '../../../support/kube/reflector-driver.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const PAGE: PodPage = { facts: [], version: '10', continueToken: undefined };

/** A reflector at work, with a list and a watch that a test answers by hand. */
function running(page: PodPage = PAGE) {
  const clock = virtualClock();
  const [events, reports]: [PodEvent[], ReflectorReport[]] = [[], []];
  const signals = { list: [] as AbortSignal[], watch: [] as AbortSignal[] };
  const answers: { list: () => PodPage | Promise<PodPage> } = { list: () => page };
  const watches: ReadableStreamDefaultController<readonly WatchEvent[]>[] = [];
  const api: PodsApi = {
    async list(_, signal) {
      signals.list.push(signal);
      return await answers.list();
    },
    async *watch(_, signal) {
      signals.watch.push(signal);
      yield* new ReadableStream<readonly WatchEvent[]>({
        start: (controller) => void watches.push(controller),
      });
    },
  };
  const reflector = startReflector({
    api,
    clock,
    settings: DEFAULT_REFLECTOR_SETTINGS,
    random: () => 0.5,
    sink: (event) => events.push(event),
    report: (report) => reports.push(report),
  });
  return { clock, events, reports, signals, answers, watches, reflector };
}

const kinds = (events: readonly PodEvent[]) => events.map(({ kind }) => kind);

test('what is listed and watched is told, in order', async () => {
  const { clock, events, watches } = running({ ...PAGE, facts: [podFacts('a')] });
  await clock.advanceAsync(0);
  watches[0]?.enqueue([changed('b', '11'), changed('c', '12')]);
  await clock.advanceAsync(0);
  assert.deepEqual(kinds(events), [
    'sync-started',
    'pod',
    'pending-listed',
    'pod',
    'sync-finished',
    'pod',
    'pod',
  ]);
});

test('S2 a watch that ends is opened again when its pause is over, not before', async () => {
  const { clock, watches, reports } = running();
  await clock.advanceAsync(60_000);
  watches[0]?.error(reset);
  await clock.advanceAsync(149);
  assert.equal(watches.length, 1);
  await clock.advanceAsync(1);
  assert.equal(watches.length, 2);
  assert.ok(reports.some(({ kind }) => kind === 'watch-ended'));
});

test('a list that fails is asked for again', async () => {
  const { clock, events, answers, signals } = running();
  answers.list = () => Promise.reject(reset);
  await clock.advanceAsync(150);
  answers.list = () => PAGE;
  await clock.advanceAsync(1_000);
  assert.equal(kinds(events).at(-1), 'sync-finished');
  assert.equal(signals.list.length, 4);
});

test('a watch that is silent for too long is aborted', async () => {
  const { clock, watches, signals } = running();
  await clock.advanceAsync(0);
  watches[0]?.enqueue([bookmark('11')]);
  await clock.advanceAsync(149_999);
  assert.equal(signals.watch[0]?.aborted, false);
  await clock.advanceAsync(1);
  assert.equal(signals.watch[0]?.aborted, true);
});

test('a relist leaves the list that is under way', async () => {
  const { clock, watches, answers, signals } = running();
  answers.list = () => new Promise<PodPage>(() => {});
  await clock.advanceAsync(0);
  assert.deepEqual(aborted(signals.list), [false, false]);
  watches[0]?.error(gone);
  await clock.advanceAsync(0);
  assert.deepEqual(aborted(signals.list), [false, true, false]);
});

const aborted = (signals: readonly AbortSignal[]) => signals.map((signal) => signal.aborted);

test('once stopped it aborts its requests, tells nothing more, and wants no waking', async () => {
  const { clock, events, watches, signals, reflector } = running();
  await clock.advanceAsync(0);
  const told = events.length;
  reflector.stop();
  watches[0]?.enqueue([changed('b', '11')]);
  await clock.advanceAsync(3_600_000);
  assert.equal(events.length, told);
  assert.equal(signals.watch[0]?.aborted, true);
  assert.equal(watches.length, 1);
  assert.equal(clock.nextWake(), undefined);
});
