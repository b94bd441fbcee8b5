import assert from 'node:assert/strict';
import { test } from 'node:test';
import { document, renewed, type Section } from '../../../bench/report/document.ts';
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

const BURST: Section = {
  scenario: { name: 'burst1000', title: 'Burst: 1,000 pods', method: 'All at once.' },
  runs: 3,
  commit: 'abc1234',
  load: 0.05,
  lines: [total],
};
const IDLE: Section = {
  scenario: { name: 'idle', title: 'Idle', method: 'Nothing happens.' },
  runs: 1,
  commit: 'abc1234',
  load: 0.05,
  lines: [memory],
};

test('the table leaves the floor out where it was not measured', () => {
  const wait = summarise({
    figure: {
      id: 'wait',
      label: 'longest wait',
      unit: 'ms',
      target: { kind: 'every-run', atMost: 1_000 },
    },
    floor: [],
    ours: [80, 120, 90],
  });
  assert.equal(
    table([wait]),
    [
      '|              | kubernetes-vault  | target                 |     |',
      '|--------------|-------------------|------------------------|-----|',
      '| longest wait | 90 ms (80 to 120) | ≤ 1000 ms in every run | met |',
    ].join('\n'),
  );
});

test('the document holds the setting, each scenario’s command, its runs and its table', () => {
  const text = document({ setting: [['CPU', 'two cores']], sections: [BURST, IDLE] });
  assert.match(text, /^# Benchmarks\n/);
  assert.match(text, /\| CPU \| two cores \|/);
  assert.match(text, /## Burst: 1,000 pods\n\nAll at once\.\n\n\| /);
  const command = 'Measured by `tools/node bench/main.ts --only';
  assert.ok(
    text.includes(
      `\n\n${command} burst1000\`: 3 runs, at commit abc1234, load before it 0.05.\n\n`,
    ),
  );
  assert.ok(text.endsWith(`${command} idle\`: 1 run, at commit abc1234, load before it 0.05.\n`));
});

test('what was measured anew takes its old place in a report, or its end, and the rest stays', () => {
  const setting = [['CPU', 'two cores']] as const;
  const old = document({ setting, sections: [BURST, IDLE] });
  const burst = { ...BURST, runs: 5, commit: 'def5678' };
  const kill = { ...IDLE, scenario: { name: 'kill', title: 'Kill', method: 'One is killed.' } };
  const now = document({ setting, sections: [burst, IDLE, kill] });
  assert.equal(renewed(old, [burst, kill]), now);
  assert.equal(renewed(now, []), now);
});
