import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Progress } from '../../../demo/progress.ts';
import { podSummary, shortened } from '../../../demo/summary.ts';
import { LEAST_WIDTH, news, type Paint, table } from '../../../demo/view.ts';

const plain: Paint = (_style, text) => text;

function pod(name: string, more: Partial<Progress> = {}): Progress {
  return {
    part: { namespace: 'shop', name, role: 'storefront', entersAfterMs: 0 },
    state: 'to-come',
    minted: undefined,
    listening: undefined,
    token: undefined,
    problem: undefined,
    corrected: false,
    ...more,
  };
}

const SERVED: Partial<Progress> = { state: 'served', minted: 10, listening: 60, token: 90 };
const PROBLEM = { message: `Vault has no AppRole ${'x'.repeat(200)}`, remedy: 'make it' };

const EVERY_STATE = [
  pod('to-come'),
  pod('young', { state: 'under-way', minted: 12 }),
  pod('done', SERVED),
  pod('slow', { ...SERVED, listening: 3_000, token: 12_000 }),
  pod('stuck', { state: 'hindered', problem: PROBLEM }),
  pod('helped', { ...SERVED, token: 20_000, corrected: true }),
  pod('broken', { state: 'failed' }),
];

test('no line of the table is wider than the terminal', () => {
  for (const width of [LEAST_WIDTH, 100, 200]) {
    for (const line of table(EVERY_STATE, { paint: plain, width, turn: 3 })) {
      assert.ok(line.length <= width, `${width}: ${line}`);
    }
  }
});

test('the table says of each pod how far it is, and of one that waits why', () => {
  const text = table(EVERY_STATE, { paint: plain, width: 120, turn: 0 }).join('\n');
  assert.match(text, /✔ shop\/done +storefront +10 ms +60 ms +90 ms {2}▇/);
  assert.match(text, /· shop\/to-come +storefront *$/m);
  assert.match(text, /⠋ shop\/young +storefront +12 ms/);
  assert.match(text, /! shop\/stuck .*waits:\n +Vault has no AppRole x+…\n +→ make it/);
  assert.match(text, /✔ shop\/helped +storefront +once corrected +20000 ms/);
  assert.match(text, /✘ shop\/broken/);
});

test('where nothing can be painted over, each piece of news is told once', () => {
  const waiting = {
    state: 'hindered',
    problem: { message: 'no role', remedy: 'make it' },
  } as const;
  const acts: Progress[][] = [
    [pod('a'), pod('b')],
    [pod('a', { state: 'under-way' }), pod('b')],
    [pod('a', { state: 'under-way', minted: 10 }), pod('b', { state: 'under-way' })],
    [pod('a', SERVED), pod('b', waiting)],
    [pod('a', SERVED), pod('b', { state: 'under-way', corrected: true })],
    [pod('a', SERVED), pod('b', { ...SERVED, corrected: true })],
  ];
  const told = acts.flatMap((now, at) => news(acts[at - 1] ?? [], now));
  assert.deepEqual(told, [
    'shop/a: init container started',
    'shop/b: init container started',
    'shop/a: token after 90 ms (minted 10 ms, listening 60 ms)',
    'shop/b: waits: no role; to do: make it',
    'shop/b: annotation corrected',
    'shop/b: token after 90 ms (minted 10 ms, listening 60 ms)',
  ]);
});

test('the summary counts every pod, and leaves those that a person helped out of its times', () => {
  const pods = [10, 30, 20, 90].map((token) => pod(`p${token}`, { ...SERVED, token }));
  const helped = pod('helped', { ...SERVED, token: 9_000, corrected: true });
  const [count, times] = podSummary([...pods, helped], plain);
  assert.equal(count, '✔ 5 of 5 pods have their token');
  assert.match(times ?? '', /p50 20 ms, slowest 90 ms/);
  const [less] = podSummary([...pods, pod('stuck', { state: 'hindered' })], plain);
  assert.equal(less, '✘ 4 of 5 pods have their token');
});

test('a token file is shown without its secrets', () => {
  const file = { clientToken: 's.abcdefghijkl', accessor: 'mnopqrstuvwx', leaseDuration: 1200 };
  assert.deepEqual(JSON.parse(shortened(JSON.stringify(file))), {
    clientToken: 's.abcd…',
    accessor: 'mnopqr…',
    leaseDuration: 1200,
  });
});
