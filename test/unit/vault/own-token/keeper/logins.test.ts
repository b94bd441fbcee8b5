import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, ownTokenRig, standing } from '../../../../support/vault/own-token-rig.ts';

test('S30 a login gives a token that is renewed as long as Vault gives it its whole time', async () => {
  const rig = ownTokenRig({ source: 'approle', seconds: 20 });
  await rig.passes(60_000);
  assert.equal(rig.start.outcome, 'ready');
  assert.deepEqual([rig.askedAt('log-in').length, rig.askedAt('renew').length], [1, 6]);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
});

test('S30 when a renewal gives less than before, or is refused, another login follows in time', async () => {
  const shorter = { auth: { lease_duration: 8, renewable: true } };
  const refusal = { errors: ['lease is not renewable'] };
  for (const [status, answer] of [
    [200, shorter],
    [400, refusal],
    [403, { errors: ['permission denied'] }],
  ] as const) {
    const rig = ownTokenRig({ source: 'approle', seconds: 20 });
    await rig.passes(0);
    const first = rig.keeper.token();
    const body = JSON.stringify(answer);
    rig.vault.faults.order({
      url: /renew-self$/,
      times: 1,
      fault: { kind: 'answer', status, body },
    });
    await rig.passes(17_000);
    assert.equal(rig.askedAt('log-in').length, 2, `after ${status}`);
    assert.notEqual(rig.keeper.token(), first);
    assert.deepEqual([standing(rig), count(rig, 'lost')], ['valid', 0]);
  }
});

test('S30 a token of a login need not be renewable', async () => {
  const batch = { policies: ['x'], renewable: false, ttl: 20, creation_ttl: 20 };
  const body = JSON.stringify({ data: batch });
  const rig = ownTokenRig({
    source: 'approle',
    before: ({ faults }) =>
      faults.order({ url: /lookup-self$/, fault: { kind: 'answer', status: 200, body } }),
  });
  await rig.passes(15_000);
  assert.deepEqual([rig.start.outcome, rig.askedAt('renew').length], ['ready', 0]);
  assert.equal(rig.askedAt('log-in').length, 2);
});

test('S30 a token of a login that is revoked is replaced by another login at once', async () => {
  const rig = ownTokenRig({ source: 'approle', seconds: 3_600 });
  await rig.passes(5_000);
  rig.revoke(rig.keeper.token()?.reveal() ?? '');
  rig.keeper.doubt();
  await rig.passes(0);
  assert.deepEqual([standing(rig), rig.isGood(), count(rig, 'lost')], ['valid', true, 1]);
});

test('S30 a token of a login that expires while Vault is away is replaced once Vault is back', async () => {
  const rig = ownTokenRig({ source: 'approle', seconds: 20 });
  await rig.passes(0);
  rig.vault.server.seal();
  await rig.passes(600_000);
  assert.equal(standing(rig), 'expired');
  const logins = rig.askedAt('log-in').length;
  assert.ok(logins < 200, `${logins} logins in ten minutes`);
  rig.vault.server.unseal();
  await rig.passes(5_000);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
});

test('S30 a login that is refused is tried again with what its file holds then', async () => {
  const rig = ownTokenRig({ source: 'approle', firstSecretId: 'wrong' });
  await rig.passes(60_000);
  assert.deepEqual([rig.start.outcome, standing(rig)], [undefined, 'invalid']);
  const refused = rig.askedAt('log-in').length;
  assert.ok(refused >= 3 && refused <= 12, `${refused}`);
  rig.writeSecretId(undefined);
  await rig.passes(60_000);
  rig.writeSecretId(rig.newSecretId());
  await rig.passes(30_000);
  assert.deepEqual([rig.start.outcome, standing(rig)], ['ready', 'valid']);
});
