import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesIn } from '../../../../bench/cluster/link-bytes.ts';

const TEXT = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:  123456     100    0    0    0     0          0         0   123456     100    0    0    0     0       0          0
    m1: 1000000     700    0    0    0     0          0         9  2500000     800    0    0    0     0       0          0
machines:17 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0
`;

test('a device’s bytes are those that it has received and sent', () => {
  assert.deepEqual(
    [...bytesIn(TEXT)],
    [
      ['lo', 246_912],
      ['m1', 3_500_000],
      ['machines', 17],
    ],
  );
});

test('a line that is cut short has no bytes to speak of', () => {
  assert.ok(Number.isNaN(bytesIn(`${TEXT}    m2: 1000 7\n`).get('m2')));
});
