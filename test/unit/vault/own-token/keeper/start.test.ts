import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnfitTokenError } from '../../../../../src/vault/own-token/rules/unfit-token-error.ts';
import {
  kinds,
  type OwnTokenRig,
  ownTokenRig,
  standing,
  tokenOf,
} from '../../../../support/vault/own-token-rig.ts';

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
  const asked = rig.askedAt('look-up').length;
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
