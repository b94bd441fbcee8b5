import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import { createLogger, type LogLevel } from '../../../src/telemetry/logger.ts';

/** A logger at 2026-01-02T03:04:05.006Z and the lines it wrote. */
function aLogger(level: LogLevel = 'debug') {
  const lines: string[] = [];
  const clock = {
    now: () => 0,
    wallClock: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    callAt: () => () => {},
  };
  const logger = createLogger({ level, clock, sink: { write: (line) => lines.push(line) } });
  return { logger, lines, read: (index = 0): unknown => JSON.parse(lines[index] ?? '') };
}

test('a line is one JSON object with a level in words, an RFC 3339 time, the fields and the message', () => {
  const { logger, lines, read } = aLogger();
  logger.info({ pod: 'shop/web-1', attempt: 2 }, 'pushed');
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^[^\n]*\n$/);
  assert.deepEqual(read(), {
    level: 'info',
    time: '2026-01-02T03:04:05.006Z',
    pod: 'shop/web-1',
    attempt: 2,
    msg: 'pushed',
  });
});

const WRITTEN_AT: Record<LogLevel, readonly LogLevel[]> = {
  debug: ['debug', 'info', 'warn', 'error'],
  info: ['info', 'warn', 'error'],
  warn: ['warn', 'error'],
  error: ['error'],
};
for (const [level, written] of Object.entries(WRITTEN_AT)) {
  test(`level ${level} writes ${written.join(', ')}`, () => {
    const { logger, lines } = aLogger(level as LogLevel);
    logger.debug({}, 'x');
    logger.info({}, 'x');
    logger.warn({}, 'x');
    logger.error({}, 'x');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).level),
      written,
    );
  });
}

test('S18 a secret prints as [secret], however deep it lies', () => {
  const { logger, lines } = aLogger();
  const token = new Secret('hvs.very-secret');
  logger.child({ own: token }).info({ token, deep: { list: [token] } }, `minted ${String(token)}`);
  assert.doesNotMatch(lines.join(''), /very-secret/);
  assert.equal(lines.join('').match(/\[secret\]/g)?.length, 4);
});

test("a child's lines carry its fields and its parents'", () => {
  const { logger, read } = aLogger();
  logger.child({ part: 'watch' }).child({ pod: 'a/b' }).warn({ n: 1 }, 'odd');
  const { part, pod, n } = read() as Record<string, unknown>;
  assert.deepEqual({ part, pod, n }, { part: 'watch', pod: 'a/b', n: 1 });
});

test('text from outside cannot break a line in two', () => {
  const { logger, lines } = aLogger();
  logger.error({ said: 'a\n{"level":"info"}\r\u001b[2J' }, 'b\nc');
  assert.equal(lines.join('').split('\n').length, 2);
});

class VaultSaidNo extends Error {
  override readonly name = 'VaultSaidNo';
  readonly body = 'hvs.very-secret';
}

test('S18 an error shows its kind, message and causes, and none of its other properties', () => {
  const { logger, lines, read } = aLogger();
  const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  logger.error({ error: new VaultSaidNo('mint: 403', { cause: reset }) }, 'cannot mint');
  assert.deepEqual((read() as { error: unknown }).error, {
    type: 'VaultSaidNo',
    message: 'mint: 403',
    cause: { type: 'Error', message: 'socket hang up', code: 'ECONNRESET' },
  });
  assert.doesNotMatch(lines.join(''), /very-secret/);
});

test('an error that nobody foresaw shows its stack', () => {
  const { logger, read } = aLogger();
  logger.error({ error: new TypeError('x is undefined') }, 'fault');
  const { error } = read() as { error: { stack: string } };
  assert.match(error.stack, /TypeError: x is undefined\n\s+at .*logger\.test\.ts/);
});

test('a ring of causes ends', () => {
  const { logger, lines } = aLogger();
  const first = new VaultSaidNo('first');
  first.cause = new VaultSaidNo('second', { cause: first });
  logger.error({ error: first }, 'ring');
  assert.equal(lines.length, 1);
});

test('what was thrown may be no error', () => {
  const { logger, read } = aLogger();
  logger.error({ error: 'just text' }, 'odd');
  assert.equal((read() as { error: unknown }).error, 'just text');
});

test('no line is lost when the process ends at once, and no thread was needed', () => {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import { systemClock } from ${url('../../../src/base/clock.ts')};
    import { createLogger } from ${url('../../../src/telemetry/logger.ts')};
    const logger = createLogger({ level: 'info', clock: systemClock });
    for (let n = 1; n <= 2_000; n += 1) logger.info({ n, padding: 'x'.repeat(100) }, 'line');
    logger.info({ active: process.getActiveResourcesInfo() }, 'last');
    process.exit(0);
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  const lines = output.trimEnd().split('\n');
  assert.equal(lines.length, 2_001);
  const { msg, active } = JSON.parse(lines.at(-1) ?? '') as { msg: string; active: string[] };
  assert.equal(msg, 'last');
  assert.ok(!active.includes('MessagePort') && !active.includes('Worker'), active.join());
});
