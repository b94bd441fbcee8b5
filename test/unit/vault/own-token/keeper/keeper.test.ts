import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownTokenRig } from '../../../../support/vault/own-token-rig.ts';

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
