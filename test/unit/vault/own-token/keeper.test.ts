import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnfitTokenError } from '../../../../src/vault/own-token/rules/unfit-token-error.ts';
import { type OwnTokenRig, ownTokenRig, tokenOf } from '../../../support/vault/own-token-rig.ts';
import type { VirtualClock } from '../../../support/virtual-clock.ts';

const RENEW = 'auth/token/renew-self';
const LOOK_UP = 'auth/token/lookup-self';
const LOG_IN = 'auth/approle/login';
const RENEWALS = /renew-self$/;

function kinds({ reports }: OwnTokenRig): string[] {
  return reports.map(({ kind }) => kind);
}

function standing({ keeper }: OwnTokenRig): string {
  return keeper.standing().kind;
}

function count({ reports }: OwnTokenRig, kind: string): number {
  return reports.filter((report) => report.kind === kind).length;
}

test('S30 a token is checked with two requests, and then renewed at half its TTL', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 20 });
  const startedAt = rig.clock.now();
  await rig.passes(0);
  assert.equal(rig.start.outcome, 'ready');
  assert.equal(rig.vault.requests.length, 2);
  await rig.passes(60_000);
  const after = rig.askedAt(RENEW).map((at) => at - startedAt);
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
    rig.askedAt(RENEW).map((at) => at - startedAt),
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
  rig.vault.faults.order({ url: RENEWALS, fault: { kind: 'answer', status: 503, body: '' } });
  await rig.passes(99_999);
  assert.equal(standing(rig), 'valid');
  assert.match(
    rig.keeper.standing().reason,
    /^valid until 2026-01-01T00:01:40Z, but renewing fails since 2026-01-01T00:00:50Z: .*HTTP 503/,
  );
  const tries = rig.askedAt(RENEW);
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
  rig.vault.faults.order({ url: RENEWALS, fault: { kind: 'hang' }, times: 1 });
  await rig.passes(20_000);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
});

test('S30 where Vault takes a token that had expired by our clock, it is used again', async () => {
  const rig = ownTokenRig({ source: 'fixed', seconds: 3_600 });
  await rig.passes(0);
  const short = { auth: { lease_duration: 10, renewable: true } };
  const body = JSON.stringify(short);
  rig.vault.faults.order({ url: RENEWALS, times: 1, fault: { kind: 'answer', status: 200, body } });
  const away = rig.vault.faults.order({ url: /self$/, fault: { kind: 'drop' } });
  await rig.passes(1_800_000 + 10_000);
  assert.equal(standing(rig), 'expired');
  away();
  await rig.passes(30_000);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
});

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
  const before = rig.askedAt(LOOK_UP).length;
  for (let tenths = 0; tenths < 100; tenths += 1) {
    rig.keeper.doubt();
    await rig.passes(100);
  }
  const asked = rig.askedAt(LOOK_UP).length - before;
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

test('S30 at start, with Vault away, it waits with backoff, and is ready once Vault is back', async () => {
  let back = () => {};
  const rig = ownTokenRig({
    source: 'fixed',
    before: ({ faults }) => {
      back = faults.order({ fault: { kind: 'drop' } });
    },
  });
  await rig.passes(15_000);
  assert.deepEqual([standing(rig), rig.start.outcome], ['waiting', undefined]);
  assert.match(rig.keeper.standing().reason, /^not checked yet: .*the connection was lost/);
  const asked = rig.askedAt(LOOK_UP).length;
  assert.ok(asked >= 4 && asked <= 10, `${asked}`);
  assert.deepEqual(kinds(rig), ['not-obtained'], 'it is told once');
  back();
  await rig.passes(5_000);
  assert.deepEqual([standing(rig), rig.start.outcome], ['valid', 'ready']);
});

for (const [what, firstToken, rules] of [
  ['a root token', ({ vault }) => vault.server.rootToken, 4],
  [
    'a token that no role made',
    ({ vault }) => tokenOf(vault, 'auth/token/create', { period: '1h' }),
    1,
  ],
  [
    'a token that is not renewable and that no role made',
    ({ vault }) => tokenOf(vault, 'auth/token/create', { ttl: '1h', renewable: false }),
    2,
  ],
  [
    'a token that may not read its role',
    ({ newToken, vault }) => {
      const policy = 'path "nothing" { capabilities = ["read"] }';
      vault.asRoot('POST', 'sys/policies/acl/kubernetes-vault', { policy });
      return newToken();
    },
    1,
  ],
] satisfies [string, (rig: Pick<OwnTokenRig, 'newToken' | 'vault'>) => string, number][]) {
  test(`S30 at start, ${what} ends the start, with every rule that it breaks`, async () => {
    let token = '';
    const rig = ownTokenRig({
      source: 'fixed',
      firstToken(about) {
        token = firstToken(about);
        return token;
      },
    });
    await rig.passes(0);
    const { outcome } = rig.start;
    assert.ok(outcome instanceof UnfitTokenError);
    assert.equal(outcome.message.includes(token), false);
    const [broken] = rig.reports;
    assert.ok(broken?.kind === 'broken');
    assert.equal(broken.rules.length, rules);
    for (const { wrong } of broken.rules) assert.ok(outcome.message.includes(wrong));
  });
}

test('S30 a periodic token that no role made will do where the configuration says so', async () => {
  const firstToken = ({ vault }: Pick<OwnTokenRig, 'vault'>) =>
    tokenOf(vault, 'auth/token/create', { period: '20s' });
  const rig = ownTokenRig({ source: 'fixed', anyMaker: true, firstToken });
  await rig.passes(60_000);
  assert.deepEqual([rig.start.outcome, standing(rig), rig.isGood()], ['ready', 'valid', true]);
  assert.ok(rig.reports[0]?.kind === 'accepted');
  assert.deepEqual(rig.reports[0].limits, []);
});

test('S30 at start, a token that Vault does not know ends the start; in a file, another may come', async () => {
  const fixed = ownTokenRig({ source: 'fixed', firstToken: () => 'nonsense' });
  const file = ownTokenRig({ source: 'file', firstToken: () => 'nonsense' });
  await fixed.passes(0);
  await file.passes(10_000);
  assert.ok(fixed.start.outcome instanceof UnfitTokenError);
  assert.deepEqual([file.start.outcome, standing(file)], [undefined, 'invalid']);
  file.writeToken(file.newToken());
  await file.passes(2_000);
  assert.deepEqual([file.start.outcome, standing(file)], ['ready', 'valid']);
});

test('S30 a login gives a token that is renewed as long as Vault gives it its whole time', async () => {
  const rig = ownTokenRig({ source: 'approle', seconds: 20 });
  await rig.passes(60_000);
  assert.equal(rig.start.outcome, 'ready');
  assert.deepEqual([rig.askedAt(LOG_IN).length, rig.askedAt(RENEW).length], [1, 6]);
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
    rig.vault.faults.order({ url: RENEWALS, times: 1, fault: { kind: 'answer', status, body } });
    await rig.passes(17_000);
    assert.equal(rig.askedAt(LOG_IN).length, 2, `after ${status}`);
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
  assert.deepEqual([rig.start.outcome, rig.askedAt(RENEW).length], ['ready', 0]);
  assert.equal(rig.askedAt(LOG_IN).length, 2);
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
  const logins = rig.askedAt(LOG_IN).length;
  assert.ok(logins < 200, `${logins} logins in ten minutes`);
  rig.vault.server.unseal();
  await rig.passes(5_000);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
});

test('S30 a login that is refused is tried again with what its file holds then', async () => {
  const rig = ownTokenRig({ source: 'approle', firstSecretId: 'wrong' });
  await rig.passes(60_000);
  assert.deepEqual([rig.start.outcome, standing(rig)], [undefined, 'invalid']);
  const refused = rig.askedAt(LOG_IN).length;
  assert.ok(refused >= 3 && refused <= 12, `${refused}`);
  rig.writeSecretId(undefined);
  await rig.passes(60_000);
  rig.writeSecretId(rig.newSecretId());
  await rig.passes(30_000);
  assert.deepEqual([rig.start.outcome, standing(rig)], ['ready', 'valid']);
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
  const order = { url: RENEWALS, times: 2, fault: { kind: 'answer', status: 200, body } } as const;
  rig.vault.faults.order(order);
  await rig.passes(10_500);
  assert.match(rig.keeper.standing().reason, /auth\.lease_duration is not a number/);
  await rig.passes(5_000);
  assert.deepEqual([standing(rig), rig.isGood()], ['valid', true]);
});

test('S18 nothing that is reported holds a token', async () => {
  const rig = ownTokenRig({ source: 'file', seconds: 20 });
  await rig.passes(5_000);
  const bad = rig.newToken({ ttl: '1h' });
  rig.writeToken(bad);
  await rig.passes(5_000);
  rig.revoke(bad);
  rig.writeToken(`${bad} and more`);
  await rig.passes(60_000);
  const said = JSON.stringify([rig.reports, rig.keeper.standing()]);
  assert.ok(said.length > 100);
  assert.equal(said.includes(bad), false);
});

test('once it is stopped, nothing more is asked or reported', async () => {
  for (const source of ['fixed', 'file', 'approle'] as const) {
    const rig = ownTokenRig({ source, seconds: 20 });
    await rig.passes(5_000);
    rig.vault.faults.order({ fault: { kind: 'hang' } });
    await rig.passes(6_000);
    rig.keeper.stop();
    const [asked, told] = [rig.vault.requests.length, rig.reports.length];
    await rig.passes(100_000);
    assert.deepEqual([rig.vault.requests.length, rig.reports.length], [asked, told]);
    assert.equal(rig.clock.nextWake(), undefined);
  }
});
