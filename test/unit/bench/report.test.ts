import assert from 'node:assert/strict';
import { test } from 'node:test';
import { document } from '../../../bench/report/document.ts';
import { summarise } from '../../../bench/report/figure.ts';
import { number, table } from '../../../bench/report/table.ts';

const total = summarise({
  figure: {
    id: 'total',
    label: 'first status sent → last push',
    unit: 's',
    target: { kind: 'times-floor', atMost: 1.3 },
  },
  floor: [6, 6.44, 7],
  ours: [9, 7.084, 7],
});
const lost = summarise({
  figure: { id: 'lost', label: 'pods without a push', unit: 'pods', target: { kind: 'zero' } },
  floor: [0, 0, 0],
  ours: [0, 2, 0],
});
const memory = summarise({
  figure: { id: 'peak', label: 'most resident memory', unit: 'MB' },
  floor: [81.26],
  ours: [],
});

test('the table says figure, spread, ratio, target and verdict, its columns aligned', () => {
  assert.equal(
    table([total, lost, memory]),
    [
      '|                               | kubernetes-vault | floor           | ratio | target           |           |',
      '|-------------------------------|------------------|-----------------|-------|------------------|-----------|',
      '| first status sent → last push | 7.08 s (7 to 9)  | 6.44 s (6 to 7) | 1.10× | ≤ 1.3× the floor | met       |',
      '| pods without a push           | 2 pods (0 to 2)  | 0 pods          |       | 0 pods           | **wrong** |',
      '| most resident memory          | –                | 81.3 MB         | –     |                  |           |',
    ].join('\n'),
  );
});

test('numbers keep three digits that matter', () => {
  assert.deepEqual([0, 3, 0.1234, 9.876, 18.26, 99.96, 1234.5, -0.5].map(number), [
    '0',
    '3',
    '0.12',
    '9.88',
    '18.3',
    '100.0',
    '1235',
    '-0.50',
  ]);
});

test('the document holds the setting, each scenario’s command and its table', () => {
  const scenario = { name: 'burst1000', title: 'Burst: 1,000 pods', method: 'All at once.' };
  const text = document({
    setting: [['CPU', 'two cores']],
    runs: 3,
    sections: [{ scenario, lines: [total] }],
  });
  assert.match(text, /^# Benchmarks\n/);
  assert.match(text, /median of 3 runs, the least and the most in parentheses/);
  assert.match(text, /\| CPU \| two cores \|/);
  assert.match(text, /## Burst: 1,000 pods\n\nAll at once\.\n\n\| /);
  assert.match(text, /Measured by `tools\/node bench\/main\.ts --only burst1000`\.\n$/);
});

test('the document of a single run speaks of no range', () => {
  const text = document({ setting: [], runs: 1, sections: [] });
  assert.match(text, /median of 1 run; /);
});
