import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeLastEvent, lastOf } from '../../../../src/doctor/pods/last-event.ts';
import { aCustomer } from '../../../support/delivery/customers.ts';
import { inShort } from '../../../support/doctor/findings.ts';

const POD = aCustomer();

const EVENTS = {
  items: [
    { reason: 'Pulled', message: 'an image', lastTimestamp: '2026-01-01T00:09:00Z' },
    {
      reason: 'VaultSecretFailed',
      message: 'late',
      lastTimestamp: '2026-01-01T00:02:00Z',
      count: 3,
    },
    { reason: 'VaultSecretFailed', message: 'early', lastTimestamp: '2026-01-01T00:01:00Z' },
  ],
};

test('an Event whose reason is no text is not one of ours', () => {
  const odd = { items: [{ reason: { toString: 1 }, message: 'x' }] };
  assert.deepEqual(lastOf(odd), { kind: 'none' });
});

test('the last of our Events is told, with its age', () => {
  const now = Date.parse('2026-01-01T00:04:00Z');
  const told = inShort(judgeLastEvent(lastOf(EVENTS), POD.facts(), now));
  assert.match(told, /^warning pod\.last-event: late \(told, 2m ago, 3 times\) → do as it says/);
  const delivered = { items: [{ reason: 'VaultSecretDelivered', message: 'done' }] };
  assert.equal(
    inShort(judgeLastEvent(lastOf(delivered), POD.facts(), now)),
    'ok pod.last-event: done (told)',
  );
  assert.match(inShort(judgeLastEvent(lastOf({}), POD.facts(), now)), /^ok .* nothing yet/);
  const unread = { kind: 'not-read', words: '403 no' } as const;
  assert.match(
    inShort(judgeLastEvent(unread, POD.facts(), now)),
    /^skipped .* kubectl describe pod -n shop web-1/,
  );
});
