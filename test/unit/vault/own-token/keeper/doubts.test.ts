import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownTokenRig, standing } from '../../../../support/vault/own-token-rig.ts';

test('S30 a token that is revoked is known to be invalid as soon as somebody doubts it', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 3_600 });
  await rig.passes(5_000);
  rig.revoke(rig.keeper.token()?.reveal() ?? '');
  assert.equal(standing(rig), 'valid');
  rig.keeper.doubt();
  await rig.passes(0);
  assert.equal(standing(rig), 'invalid');
  assert.match(rig.keeper.standing().reason, /^invalid: look the own token up: HTTP 403/);
  assert.deepEqual(rig.reports.at(-1)?.kind, 'lost');
});

test('doubts cost Vault one request a second at most', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 3_600 });
  await rig.passes(0);
  const before = rig.askedAt('look-up').length;
  for (let tenths = 0; tenths < 100; tenths += 1) {
    rig.keeper.doubt();
    await rig.passes(100);
  }
  const asked = rig.askedAt('look-up').length - before;
  assert.ok(asked >= 8 && asked <= 10, `${asked}`);
});

test('S30 a doubt that comes too early is looked into a little later', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 3_600 });
  await rig.passes(0);
  rig.revoke(rig.keeper.token()?.reveal() ?? '');
  rig.keeper.doubt();
  await rig.passes(999);
  assert.equal(standing(rig), 'valid');
  await rig.passes(1);
  assert.equal(standing(rig), 'invalid');
});

test('S30 a doubt that Vault has not answered is looked into again', async () => {
  const rig = ownTokenRig({ source: 'approle', seconds: 3_600 });
  await rig.passes(5_000);
  rig.revoke(rig.keeper.token()?.reveal() ?? '');
  const back = rig.vault.faults.order({ fault: { kind: 'drop' } });
  rig.keeper.doubt();
  await rig.passes(60_000);
  const asked = rig.askedAt('look-up').length;
  assert.ok(asked <= 2 + 12, `${asked}`);
  assert.equal(standing(rig), 'valid');
  back();
  await rig.passes(5_000);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
});

test('S30 a doubt that comes while the token is being looked at is looked into after that', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 3_600 });
  await rig.passes(5_000);
  rig.keeper.doubt();
  rig.revoke(rig.keeper.token()?.reveal() ?? '');
  rig.keeper.doubt();
  await rig.passes(1_000);
  assert.equal(standing(rig), 'invalid');
});
