import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRuntimeEvent } from '../../../../bench/node/runtime-events.ts';

const event = (topic: string, time = '12:00:00.5 +0000 UTC') =>
  `2026-01-31 ${time} k8s.io ${topic} {"container_id":"0a1b","pid":7}`;
const NOON = Date.UTC(2026, 0, 31, 12);

test('the start and the end of a process are told by the runtime’s own stamp', () => {
  const started = parseRuntimeEvent(event('/tasks/start'));
  assert.deepEqual(started, { container: '0a1b', moment: 'started', at: NOON + 500 });
  const ended = parseRuntimeEvent(event('/tasks/exit', '12:00:01 +0000 UTC'));
  assert.deepEqual(ended, { container: '0a1b', moment: 'ended', at: NOON + 1_000 });
});

test('a stamp is read to less than a millisecond, and in any zone', () => {
  const { at = 0 } = parseRuntimeEvent(event('/tasks/start', '13:00:00.0002505 +0100 CET')) ?? {};
  assert.ok(Math.abs(at - NOON - 0.2505) < 0.001, String(at - NOON));
});

for (const line of [event('/tasks/create'), 'no event', '']) {
  test(`“${line.slice(0, 50)}” tells neither`, () => {
    assert.equal(parseRuntimeEvent(line), undefined);
  });
}
