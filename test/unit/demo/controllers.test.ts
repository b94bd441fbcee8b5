import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controllerNews, controllerRows } from '../../../demo/controllers-view.ts';
import { type Kill, type Member, members } from '../../../demo/reign.ts';
import { takeoverSummary } from '../../../demo/summary.ts';
import { LEAST_WIDTH, type Paint } from '../../../demo/view.ts';

const plain: Paint = (_style, text) => text;
const BEGINS = 'this controller acts from now on: nobody held the Lease';
const ENDS = 'this controller acts no longer: it was told to stop';
const KILL: Kill = { name: 'one', at: 5_000 };

function logOf(...lines: readonly (readonly [at: number, msg: string])[]) {
  return lines.map(([at, msg]) => ({ level: 'info', msg, time: new Date(at).toISOString() }));
}

function member(name: string, more: Partial<Member> = {}): Member {
  return { name, state: 'stands-by', tookOverAfterMs: undefined, ...more };
}

const BEFORE = [member('one', { state: 'acts' }), member('two'), member('three')];
const KILLED = [member('one', { state: 'killed' }), member('two'), member('three')];
const AFTER = [
  member('one', { state: 'killed' }),
  member('two'),
  member('three', { state: 'acts', tookOverAfterMs: 80 }),
];

test('who acts is read from the logs, and a takeover is counted from the kill', () => {
  const one = { name: 'one', log: logOf([1_000, BEGINS]) };
  const two = { name: 'two', log: logOf([1_100, 'one_uuid leads']) };
  const three = { name: 'three', log: logOf([1_100, 'one_uuid leads'], [5_080, BEGINS]) };
  const young = { name: 'three', log: three.log.slice(0, 1) };
  assert.deepEqual(members([one, two, young], undefined), BEFORE);
  assert.deepEqual(members([one, two, young], KILL), KILLED);
  assert.deepEqual(members([one, two, three], KILL), AFTER);
});

test('one that acted before the kill, or acts no more, has not taken over', () => {
  const early = { name: 'early', log: logOf([4_900, BEGINS]) };
  const brief = { name: 'brief', log: logOf([5_100, BEGINS], [5_200, ENDS]) };
  assert.deepEqual(members([early, brief], KILL), [
    member('early', { state: 'acts' }),
    member('brief'),
  ]);
});

test('each controller has its line, which no terminal cuts', () => {
  const long = AFTER.map((one) => ({ ...one, name: 'kubernetes-vault-0' }));
  for (const line of controllerRows(long, plain)) assert.ok(line.length <= LEAST_WIDTH, line);
  assert.deepEqual(controllerRows(AFTER, plain), [
    '  ✝ one was killed',
    '  ○ two stands by',
    '  ● three has taken over, 80 ms later',
  ]);
});

test('where nothing can be painted over, each change is told once', () => {
  const acts = [BEFORE, BEFORE, KILLED, AFTER, AFTER];
  const told = acts.flatMap((now, at) => controllerNews(acts[at - 1] ?? [], now));
  assert.deepEqual(told, ['● one acts', '✝ one was killed', '● three has taken over, 80 ms later']);
});

test('the summary says who took over and after what time, or that nobody did', () => {
  assert.equal(takeoverSummary(AFTER, plain)[0], '✔ three took over 80 ms after one was killed');
  assert.deepEqual(takeoverSummary(KILLED, plain), ['✘ nobody has taken over from one']);
});
