import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import { createLog, LOG_LEVELS, type LogLevel } from '../../../src/init/log.ts';
import { VIRTUAL_EPOCH, virtualClock } from '../../support/virtual-clock.ts';

function lines(level: LogLevel): string[] {
  const written: string[] = [];
  const log = createLog(level, virtualClock(), (line) => written.push(line));
  for (const own of LOG_LEVELS) log[own]({ token: new Secret('hvs.secret'), at: own }, 'said');
  return written;
}

test('a line is one JSON object with level, time, fields and msg; a Secret in it stays one', () => {
  const [line = ''] = lines('error');
  assert.match(line, /^[^\n]+\n$/);
  assert.deepEqual(JSON.parse(line), {
    level: 'error',
    time: new Date(VIRTUAL_EPOCH).toISOString(),
    token: '[secret]',
    at: 'error',
    msg: 'said',
  });
});

for (const [at, level] of LOG_LEVELS.entries()) {
  test(`the level ${level} writes ${LOG_LEVELS.length - at} of ${LOG_LEVELS.length}`, () => {
    const levels = lines(level).map((line) => (JSON.parse(line) as { level: string }).level);
    assert.deepEqual(levels, LOG_LEVELS.slice(at));
  });
}
