import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SidecarRig, sidecarRig } from '../../support/init/sidecar-rig.ts';

function saidAt(level: string, { log }: SidecarRig): string[] {
  return log.filter((line) => line.level === level).map(({ msg }) => msg);
}

test('a token is renewed at half its TTL for as long as the pod lives', async () => {
  const rig = await sidecarRig({ ttl: 20 });
  await rig.passes(60_000);
  assert.deepEqual(rig.renewals(), [10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
  assert.deepEqual(
    [rig.isGood(), await rig.sidecar.unready(), rig.end()],
    [true, undefined, undefined],
  );
});

test('nothing is asked of Vault but renewals: the token may be one that may not look itself up', async () => {
  const rig = await sidecarRig({ ttl: 20 });
  await rig.passes(25_000);
  assert.deepEqual(
    [...new Set(rig.vault.requests.map(({ path }) => path))],
    ['auth/token/renew-self'],
  );
});

test('the file is written anew when Vault gives another TTL, and only then', async () => {
  const rig = await sidecarRig({ ttl: 20, maxTtl: 36 });
  await rig.passes(10_001);
  assert.equal(rig.rewritten(), undefined);
  await rig.passes(10_000);
  assert.equal(rig.rewritten()?.leaseDuration, 16);
});

test('a token that nears its max TTL ends the container while it is good, for another push', async () => {
  const rig = await sidecarRig({ ttl: 20, maxTtl: 36 });
  await rig.passes(27_999);
  assert.equal(rig.end(), undefined);
  await rig.passes(1);
  assert.deepEqual([rig.end(), rig.isGood()], ['spent', true]);
  assert.deepEqual(saidAt('warn', rig), [
    'ending for a push of another token: the one that there is cannot be renewed',
  ]);
});

test('a token that is not renewable ends the container at half its TTL', async () => {
  const rig = await sidecarRig({ ttl: 20, renewable: false });
  await rig.passes(9_999);
  assert.equal(rig.end(), undefined);
  await rig.passes(1);
  assert.deepEqual([rig.end(), rig.renewals(), rig.isGood()], ['spent', [], true]);
});

test('a token that was revoked ends the container at the next renewal, and the log says so', async () => {
  const rig = await sidecarRig({ ttl: 20 });
  rig.revoke();
  await rig.passes(10_000);
  assert.equal(rig.end(), 'spent');
  assert.match(saidAt('error', rig).join(), /does not accept the token any more/);
});

test('while Vault is away the token is kept, and renewed when Vault is back', async () => {
  const rig = await sidecarRig({ ttl: 100 });
  const back = rig.vault.faults.order({
    url: /renew/,
    fault: { kind: 'answer', status: 503, body: '' },
  });
  await rig.passes(95_000);
  assert.deepEqual([rig.end(), await rig.sidecar.unready()], [undefined, undefined]);
  back();
  await rig.passes(20_000);
  assert.deepEqual([rig.isGood(), rig.end()], [true, undefined]);
});

test('a Vault that stays away until the token expires ends the container', async () => {
  const rig = await sidecarRig({ ttl: 100 });
  rig.vault.faults.order({ url: /renew/, fault: { kind: 'answer', status: 503, body: '' } });
  await rig.passes(99_999);
  assert.equal(rig.end(), undefined);
  await rig.passes(1);
  assert.equal(rig.end(), 'spent');
  assert.match((await rig.sidecar.unready()) ?? '', /^expired at /);
});

test('a pod that ends has its token revoked, and nothing is renewed after that', async () => {
  const rig = await sidecarRig({ ttl: 20 });
  rig.stop();
  await rig.passes(0);
  assert.deepEqual([rig.end(), rig.isGood()], ['revoked', false]);
  await rig.passes(20_000);
  assert.deepEqual(rig.renewals(), []);
});

test('a pod that ends waits no more than 5 s for Vault, and the log says that the token lives on', async () => {
  const rig = await sidecarRig({ ttl: 60 });
  rig.vault.faults.order({ url: /revoke/, fault: { kind: 'answer', status: 503, body: '' } });
  rig.stop();
  await rig.passes(5_000);
  assert.deepEqual([rig.end(), rig.isGood()], ['not-revoked', true]);
  assert.match(saidAt('warn', rig).join(), /could not revoke the token: it is good until its TTL/);
});

test('a file that cannot be written anew leaves the token that is in it good', async () => {
  const rig = await sidecarRig({ ttl: 20, maxTtl: 36 });
  rig.fillDisk();
  await rig.passes(20_001);
  assert.match(saidAt('warn', rig).join(), /the file keeps the TTL that the token had before/);
  assert.deepEqual([rig.end(), rig.isGood()], [undefined, true]);
});

test('a probe that comes before the token is answered with it, or after 800 ms', async () => {
  const rig = await sidecarRig({ ttl: 20, begun: false });
  const answers: (string | undefined)[] = [];
  const probe = () => void rig.sidecar.unready().then((it) => answers.push(it));
  probe();
  await rig.passes(799);
  assert.deepEqual(answers, []);
  await rig.passes(1);
  assert.deepEqual(answers, ['waiting for a push']);
  probe();
  rig.begin();
  await rig.passes(0);
  assert.deepEqual(answers, ['waiting for a push', undefined]);
});
