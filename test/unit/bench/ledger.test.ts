import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLedger } from '../../../bench/rig/ledger.ts';

function ledgerOf(...ips: string[]) {
  const ledger = createLedger();
  for (const ip of ips) ledger.expect(ip);
  return ledger;
}

test('each pod’s time runs from its own write to its own first push', () => {
  const ledger = ledgerOf('127.0.0.1', '127.0.0.2');
  ledger.startSent('127.0.0.1', 100);
  ledger.startSent('127.0.0.2', 130);
  ledger.startTaken('127.0.0.1', 105);
  ledger.pushed('127.0.0.2', 145);
  ledger.pushed('127.0.0.1', 120);
  ledger.startTaken('127.0.0.2', 150);
  const { fromSent, fromTaken, totalMs, lastPushAt } = ledger.summary();
  assert.deepEqual(fromSent, [20, 15]);
  assert.deepEqual(fromTaken, [15, -5]);
  assert.equal(totalMs, 45);
  assert.equal(lastPushAt, 145);
});

test('the slowest report of an ended init container is the rig’s own delay', () => {
  const ledger = ledgerOf('127.0.0.1', '127.0.0.2');
  ledger.pushed('127.0.0.1', 100);
  ledger.pushed('127.0.0.2', 200);
  ledger.endTaken('127.0.0.1', 150);
  ledger.endTaken('127.0.0.2', 210);
  assert.equal(ledger.summary().slowestEnd, 50);
});

test('a second push to a pod is a duplicate, one to nobody is a stray; neither counts as delivered', () => {
  const ledger = ledgerOf('127.0.0.1', '127.0.0.2');
  assert.equal(ledger.pushed('127.0.0.1', 1), true);
  assert.equal(ledger.pushed('127.0.0.1', 2), false);
  assert.equal(ledger.pushed('127.0.0.9', 3), false);
  const { expected, pushed, duplicates, strays } = ledger.summary();
  assert.deepEqual(
    { expected, pushed, duplicates, strays },
    { expected: 2, pushed: 1, duplicates: 1, strays: 1 },
  );
});

test('a second push is no duplicate where the rig has not reported the end within 30 s', () => {
  const ledger = ledgerOf('127.0.0.1', '127.0.0.2', '127.0.0.3');
  for (const ip of ['127.0.0.1', '127.0.0.2', '127.0.0.3']) ledger.pushed(ip, 0);
  ledger.endTaken('127.0.0.1', 1_000);
  ledger.pushed('127.0.0.1', 31_000);
  ledger.pushed('127.0.0.2', 29_000);
  ledger.pushed('127.0.0.3', 31_000);
  ledger.endTaken('127.0.0.3', 32_000);
  assert.equal(ledger.summary().duplicates, 2);
});

test('all are pushed to once the last pod is, at once when there is none', async () => {
  const ledger = ledgerOf('127.0.0.1', '127.0.0.2');
  let done = false;
  const all = ledger.allPushed().then(() => {
    done = true;
  });
  ledger.pushed('127.0.0.1', 1);
  ledger.pushed('127.0.0.1', 2);
  await Promise.resolve();
  assert.equal(done, false);
  ledger.pushed('127.0.0.2', 3);
  await all;
  await ledgerOf().allPushed();
});

test('two pods cannot have one address', () => {
  assert.throws(() => ledgerOf('127.0.0.1', '127.0.0.1'), /two pods/);
});
