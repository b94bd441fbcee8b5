import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Figure, summarise, type Target } from '../../../bench/report/figure.ts';

const figure = (target?: Target): Figure => ({
  id: 'p99',
  label: 'write → push, p99',
  unit: 'ms',
  ...(target === undefined ? {} : { target }),
});

test('a line shows medians, how far the runs lie apart, and the median of the ratios', () => {
  const line = summarise({ figure: figure(), floor: [10, 20, 100], ours: [15, 20, 120] });
  assert.deepEqual(line.floor, { value: 20, least: 10, most: 100 });
  assert.deepEqual(line.ours, { value: 20, least: 15, most: 120 });
  assert.deepEqual(line.ratio, { value: 1.2, least: 1, most: 1.5 });
  assert.equal(line.verdict, 'none');
});

const verdicts: [what: string, target: Target, floor: number[], ours: number[], verdict: string][] =
  [
    ['as many times the floor', { kind: 'times-floor', atMost: 1.5 }, [10, 20], [15, 30], 'met'],
    ['more times the floor', { kind: 'times-floor', atMost: 1.4 }, [10, 20], [15, 30], 'missed'],
    ['as much', { kind: 'absolute', atMost: 30 }, [1], [30], 'met'],
    ['more', { kind: 'absolute', atMost: 30 }, [1], [30.1], 'missed'],
    ['as much in the worst run', { kind: 'every-run', atMost: 30 }, [], [1, 30], 'met'],
    ['more in one run', { kind: 'every-run', atMost: 30 }, [], [1, 31, 1], 'missed'],
    ['none in any run', { kind: 'zero' }, [0, 0, 0], [0, 0, 0], 'met'],
    ['one in one run of three', { kind: 'zero' }, [0, 0, 0], [0, 1, 0], 'wrong'],
    ['nothing measured', { kind: 'absolute', atMost: 30 }, [1], [], 'none'],
    ['no floor to compare with', { kind: 'times-floor', atMost: 2 }, [], [1], 'none'],
  ];

for (const [what, target, floor, ours, verdict] of verdicts) {
  test(`a target of kind ${target.kind}, with ${what}: ${verdict}`, () => {
    assert.equal(summarise({ figure: figure(target), floor, ours }).verdict, verdict);
  });
}

test('what must never happen is represented by its worst run, not by the median', () => {
  const line = summarise({ figure: figure({ kind: 'zero' }), floor: [0, 0, 2], ours: [3, 0, 0] });
  assert.equal(line.floor?.value, 2);
  assert.equal(line.ours?.value, 3);
});

test('a floor of zero gives no ratio', () => {
  assert.equal(summarise({ figure: figure(), floor: [0], ours: [3] }).ratio, undefined);
});
