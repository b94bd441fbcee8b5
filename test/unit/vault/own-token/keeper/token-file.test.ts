import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, ownTokenRig, standing } from '../../../../support/vault/own-token-rig.ts';

test('S30 a token file is read again when Vault refuses the token in it, and when it changes', async () => {
  const rig = ownTokenRig({ source: 'file', seconds: 3_600 });
  await rig.passes(1_500);
  const first = rig.keeper.token();
  rig.revoke(first?.reveal() ?? '');
  rig.writeToken(rig.newToken());
  rig.keeper.doubt();
  await rig.passes(0);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
  const second = rig.keeper.token();
  rig.writeToken(rig.newToken());
  await rig.passes(2_000);
  assert.notEqual(rig.keeper.token()?.reveal(), second?.reveal());
  assert.ok(rig.isGood());
  assert.equal(count(rig, 'accepted'), 3);
});

test('S30 a revoked token of a file is made good by a new one in the file, without a restart', async () => {
  const rig = ownTokenRig({ source: 'file', seconds: 3_600 });
  await rig.passes(5_000);
  rig.revoke(rig.keeper.token()?.reveal() ?? '');
  rig.keeper.doubt();
  await rig.passes(60_000);
  assert.equal(standing(rig), 'invalid');
  rig.writeToken(rig.newToken());
  await rig.passes(2_000);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
});

test('S30 a file is read at once when the renewal shows that the token is gone', async () => {
  const rig = ownTokenRig({ source: 'file', seconds: 21 });
  await rig.passes(10_400);
  rig.revoke(rig.keeper.token()?.reveal() ?? '');
  rig.writeToken(rig.newToken());
  await rig.passes(100);
  assert.deepEqual([standing(rig), rig.isGood(), count(rig, 'lost')], ['valid', true, 1]);
});

test('S30 a new token in the file that is no good does not take the place of one that is', async () => {
  const rig = ownTokenRig({ source: 'file', seconds: 20 });
  await rig.passes(0);
  const good = rig.keeper.token();
  for (const bad of [rig.vault.server.rootToken, 'nonsense', 'two words', '', undefined]) {
    rig.writeToken(bad);
    await rig.passes(30_000);
    assert.deepEqual([rig.keeper.token(), standing(rig), rig.isGood()], [good, 'valid', true]);
  }
  assert.deepEqual([count(rig, 'broken'), count(rig, 'not-obtained')], [1, 4]);
  rig.writeToken(good?.reveal());
  await rig.passes(2_000);
  const before = rig.vault.requests.length;
  await rig.passes(100_000);
  assert.equal(rig.vault.requests.length - before, 10, 'only renewals, and nothing is left over');
});
