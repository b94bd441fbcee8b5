import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, kinds, ownTokenRig, standing } from '../../../../support/vault/own-token-rig.ts';
import type { VirtualClock } from '../../../../support/virtual-clock.ts';

test('S30 a token is checked with two requests, and then renewed at half its TTL', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 20 });
  const startedAt = rig.clock.now();
  await rig.passes(0);
  assert.equal(rig.start.outcome, 'ready');
  assert.equal(rig.vault.requests.length, 2);
  await rig.passes(60_000);
  const after = rig.askedAt('renew').map((at) => at - startedAt);
  assert.deepEqual(after, [10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
  assert.equal(rig.vault.requests.length, 2 + 6);
});

test('S30 a token whose half has gone by when the controller starts is renewed at once', async () => {
  const before = (_: unknown, clock: VirtualClock) => clock.advance(12_000);
  const rig = ownTokenRig({ source: 'fixed', seconds: 20, before });
  const startedAt = rig.clock.now();
  await rig.passes(12_000);
  assert.deepEqual(
    rig.askedAt('renew').map((at) => at - startedAt),
    [0, 10_000],
  );
  assert.ok(rig.isGood());
});

test('S30 the token is valid until the time that Vault gave it, and the reason says so', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 3_600 });
  assert.deepEqual(rig.keeper.standing(), {
    kind: 'waiting',
    reason: 'not checked yet',
    leftMs: 0,
  });
  await rig.passes(0);
  const { reason, leftMs } = rig.keeper.standing();
  assert.deepEqual([reason, leftMs], ['valid until 2026-01-01T01:00:00Z', 3_600_000]);
});

test('S30 renewals that fail are tried again, with backoff, until the token really expires', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 100 });
  await rig.passes(0);
  rig.vault.faults.order({ url: /renew-self$/, fault: { kind: 'answer', status: 503, body: '' } });
  await rig.passes(99_999);
  assert.equal(standing(rig), 'valid');
  assert.match(
    rig.keeper.standing().reason,
    /^valid until 2026-01-01T00:01:40Z, but renewing fails since 2026-01-01T00:00:50Z: .*HTTP 503/,
  );
  const tries = rig.askedAt('renew');
  const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
  assert.ok((pauses[0] ?? 0) <= 500, pauses.join());
  assert.ok(
    pauses.every((pause) => pause >= 250 && pause <= 10_000),
    pauses.join(),
  );
  assert.ok(tries.length >= 8 && tries.length <= 20, `${tries.length}`);
  await rig.passes(1);
  assert.equal(standing(rig), 'expired');
  assert.match(rig.keeper.standing().reason, /^expired at 2026-01-01T00:01:40Z: .*HTTP 503/);
  assert.equal(count(rig, 'renewal-failed'), tries.length);
  assert.equal(kinds(rig).at(-1), 'lost');
});

test('S30 a Vault that is back before the token expires renews it, and nothing was lost', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 100 });
  await rig.passes(0);
  const back = rig.vault.faults.order({ fault: { kind: 'drop' } });
  await rig.passes(90_000);
  back();
  await rig.passes(10_000);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
  assert.equal(rig.keeper.standing().reason.includes('fails'), false);
  assert.equal(count(rig, 'lost'), 0);
});

test('S30 a request that hangs does not use up the time that the token has left', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 20 });
  await rig.passes(0);
  rig.vault.faults.order({ url: /renew-self$/, fault: { kind: 'hang' }, times: 1 });
  await rig.passes(20_000);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
});

test('S30 where Vault takes a token that had expired by our clock, it is used again', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 3_600 });
  await rig.passes(0);
  const short = { auth: { lease_duration: 10, renewable: true } };
  const body = JSON.stringify(short);
  rig.vault.faults.order({
    url: /renew-self$/,
    times: 1,
    fault: { kind: 'answer', status: 200, body },
  });
  const away = rig.vault.faults.order({ url: /self$/, fault: { kind: 'drop' } });
  await rig.passes(1_800_000 + 10_000);
  assert.equal(standing(rig), 'expired');
  away();
  await rig.passes(30_000);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
});

test('S30 a TTL of a second is kept up without a tight loop', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 1 });
  await rig.passes(60_000);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
  assert.ok(rig.vault.requests.length <= 2 + 2 * 60, `${rig.vault.requests.length}`);
});

test('S31 a renewal that Vault answers with nonsense is tried again, and says what was wrong', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 20 });
  await rig.passes(0);
  const body = JSON.stringify({ auth: { lease_duration: 'soon', renewable: true } });
  const order = {
    url: /renew-self$/,
    times: 2,
    fault: { kind: 'answer', status: 200, body },
  } as const;
  rig.vault.faults.order(order);
  await rig.passes(10_500);
  assert.match(rig.keeper.standing().reason, /auth\.lease_duration is not a number/);
  await rig.passes(5_000);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
});
