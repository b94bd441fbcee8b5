import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fault } from '../../../../../src/sim/faults.ts';
import { ownTokenRig } from '../../../../support/vault/own-token-rig.ts';

const TROUBLES: readonly Fault[] = [
  { kind: 'drop' },
  { kind: 'lose' },
  { kind: 'hang' },
  { kind: 'delay', ms: 3_000 },
  { kind: 'answer', status: 503, body: '{"errors":["Vault is sealed"]}' },
  { kind: 'answer', status: 403, body: '{"errors":["permission denied"]}' },
  { kind: 'answer', status: 200, body: '<html>' },
];

const trouble = fc.record({
  move: fc.constant('trouble' as const),
  fault: fc.constantFrom(...TROUBLES),
  times: fc.integer({ min: 1, max: 30 }),
  probability: fc.constantFrom(0.3, 1),
});
const other = fc.record({
  move: fc.constantFrom('revoke', 'new', 'bad', 'no file', 'doubt', 'peace'),
});
const pass = fc.record({
  move: fc.constant('pass' as const),
  ms: fc.constantFrom(1, 400, 2_000, 9_000, 30_000, 400_000),
});
const history = fc.array(fc.oneof(trouble, other, pass, pass), { maxLength: 25 });

for (const source of ['file', 'approle'] as const) {
  test(`S30 ${source}: whatever happens, a valid token has time left, Vault is asked a bounded number of times, and in peace a good token is found`, async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.constantFrom(2, 20, 3_600), async (moves, seconds) => {
        const rig = ownTokenRig({ source, seconds });
        const { faults } = rig.vault;
        for (const one of moves) {
          if (one.move === 'trouble') faults.order(one);
          if (one.move === 'peace') faults.clear();
          if (one.move === 'revoke') rig.revoke(rig.keeper.token()?.reveal() ?? '');
          if (one.move === 'new') {
            rig.writeToken(rig.newToken());
            rig.writeSecretId(rig.newSecretId());
          }
          if (one.move === 'bad') {
            rig.writeToken(rig.vault.server.rootToken);
            rig.writeSecretId('wrong');
          }
          if (one.move === 'no file') {
            rig.writeToken(undefined);
            rig.writeSecretId(undefined);
          }
          if (one.move === 'doubt') rig.keeper.doubt();
          if (one.move === 'pass') {
            const before = rig.vault.requests.length;
            await rig.passes(one.ms);
            const asked = rig.vault.requests.length - before;
            assert.ok(asked <= 12 + (one.ms / 1_000) * 4, `${asked} requests in ${one.ms} ms`);
          }
          const { kind, leftMs } = rig.keeper.standing();
          assert.equal(kind === 'valid', leftMs > 0);
        }
        faults.clear();
        rig.writeToken(rig.newToken());
        rig.writeSecretId(rig.newSecretId());
        rig.keeper.doubt();
        await rig.passes(45_000);
        assert.deepEqual([rig.keeper.standing().kind, rig.isGood()], ['valid', true]);
        rig.keeper.stop();
        assert.equal(rig.clock.nextWake(), undefined, 'nothing is left over');
      }),
      { numRuns: 60 },
    );
  });
}
