import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions, UsageError } from '../../../bench/options.ts';

test('a whole run writes the page of benchmarks', () => {
  assert.deepEqual(parseOptions([]), {
    only: [],
    runs: undefined,
    quick: false,
    subject: undefined,
    initPort: 50_000,
    out: 'docs/benchmarks.md',
  });
});

for (const partial of [['--quick'], ['--only', 'init'], ['--subject', 'floor']]) {
  test(`${partial.join(' ')} leaves the page of benchmarks alone`, () => {
    assert.equal(parseOptions(partial)?.out, undefined);
    assert.equal(parseOptions([...partial, '--out', 'x.md'])?.out, 'x.md');
  });
}

test('--only takes names with commas and may be repeated', () => {
  const options = parseOptions(['--only', 'trickle,idle', '--only', 'init']);
  assert.deepEqual(options?.only, ['trickle', 'idle', 'init']);
});

test('--quick runs once unless told otherwise, and what is told holds', () => {
  assert.equal(parseOptions(['--runs', '5'])?.runs, 5);
  assert.equal(parseOptions(['--quick'])?.runs, 1);
  assert.equal(parseOptions(['--quick', '--runs', '2'])?.runs, 2);
});

for (const wrong of [
  ['--runs', '0'],
  ['--runs', 'x'],
  ['--init-port', '80'],
  ['--subject', 'x'],
  ['--fast'],
  ['x'],
]) {
  test(`${wrong.join(' ')} is refused`, () => {
    assert.throws(() => parseOptions(wrong), UsageError);
  });
}
