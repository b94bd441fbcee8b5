import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstOther, type Holding, holdingIn } from '../../../../bench/cluster/holders.ts';

const event = (type: string, object: object) => JSON.stringify({ type, object });

test('a watch’s event tells which pod’s controller holds the Lease', () => {
  const held = event('MODIFIED', { spec: { holderIdentity: 'm2_0b6e4f5e' } });
  assert.deepEqual(holdingIn(held, 70), { at: 70, pod: 'm2' });
});

const NOBODY: [what: string, line: string][] = [
  ['given back', event('MODIFIED', { spec: { holderIdentity: '' } })],
  ['never held', event('ADDED', { spec: {} })],
  ['deleted', event('DELETED', { spec: { holderIdentity: 'm2_0b6e4f5e' } })],
];

for (const [what, line] of NOBODY) {
  test(`nobody holds a Lease that was ${what}`, () => {
    assert.deepEqual(holdingIn(line, 70), { at: 70, pod: undefined });
  });
}

test('a watch that cannot go on says why', () => {
  const expired = event('ERROR', { kind: 'Status', message: 'too old resource version' });
  assert.throws(() => holdingIn(expired, 70), /too old resource version/);
});

test('an election ends when another than the one that went is first seen to hold the Lease', () => {
  const record: Holding[] = [
    { at: 90, pod: 'm3' },
    { at: 100, pod: 'm1' },
    { at: 210, pod: 'm1' },
    { at: 220, pod: undefined },
    { at: 250, pod: 'm2' },
    { at: 260, pod: 'm3' },
  ];
  assert.equal(firstOther(record, 200, 'm1'), 250);
  assert.equal(firstOther(record, 255, 'm1'), 260);
  assert.equal(firstOther(record.slice(0, 4), 200, 'm1'), undefined);
});
