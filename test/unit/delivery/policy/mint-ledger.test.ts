import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MintLedger } from '../../../../src/delivery/policy/mint-ledger.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('S11 a pod is minted for six times within any minute, and thirty times within any hour', () => {
  const anyPauses = fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 120 });
  fc.assert(
    fc.property(anyPauses, (pauses) => {
      const ledger = new MintLedger();
      const mints: number[] = [];
      let now = 5_000;
      for (const pause of pauses) {
        now += pause;
        now = ledger.mayMintAt('pod', now);
        ledger.record('pod', now);
        mints.push(now);
      }
      for (const [index, time] of mints.entries()) {
        const [seventh, thirtyFirst] = [mints[index + 6], mints[index + 30]];
        assert.ok(seventh === undefined || seventh - time >= MINUTE);
        assert.ok(thirtyFirst === undefined || thirtyFirst - time >= HOUR);
      }
    }),
  );
});

test('S11 a pod that was minted for rarely waits for nothing', () => {
  const ledger = new MintLedger();
  for (let n = 0; n < 5; n += 1) ledger.record('pod', 1_000);
  assert.equal(ledger.mayMintAt('pod', 1_001), 1_001);
  ledger.record('pod', 1_001);
  assert.equal(ledger.mayMintAt('pod', 1_002), 1_000 + MINUTE);
  assert.equal(ledger.mayMintAt('other', 1_002), 1_002);
});

test('S15 a mint that came to nothing does not count', () => {
  const ledger = new MintLedger();
  for (let n = 0; n < 100; n += 1) {
    ledger.record('pod', n);
    ledger.takeBack('pod');
  }
  assert.equal(ledger.mayMintAt('pod', 100), 100);
});

test('S3 the ledger forgets who was not minted for in an hour, and who is gone', () => {
  const ledger = new MintLedger();
  for (let n = 0; n < 1_000; n += 1) ledger.record(`pod-${n}`, n);
  ledger.record('late', HOUR + 2_000);
  assert.equal(ledger.size, 1);
  ledger.forget('late');
  assert.equal(ledger.size, 0);
});
