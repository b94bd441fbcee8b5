import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replayFilter } from '../../../../src/gossip/wire/replays.ts';

test('a nonce is known from its first time on, until as many others came as are remembered', () => {
  const isReplay = replayFilter(2);
  const ask = (bytes: readonly number[]) =>
    bytes.map((byte) => isReplay(Uint8Array.of(byte, 0xff)));
  assert.deepEqual(ask([1, 1, 2, 1, 2]), [false, true, false, true, true]);
  assert.deepEqual(ask([3, 2, 3, 1]), [false, true, true, false]);
});
