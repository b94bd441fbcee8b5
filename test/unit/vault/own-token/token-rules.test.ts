import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  TokenDemands,
  TokenFacts,
} from '../../../../src/vault/own-token/rules/token-facts.ts';
import { brokenRules, limitsOf } from '../../../../src/vault/own-token/rules/token-rules.ts';
import { ownToken, roleFound } from '../../../support/vault/own-token.ts';

const STRICT: TokenDemands = { renewable: true, role: true };
const ANY_MAKER: TokenDemands = { renewable: true, role: false };
const LOGIN: TokenDemands = { renewable: false, role: false };

const RIGHT: TokenFacts = { token: ownToken(), role: roleFound() };
const NOT_ASKED = { kind: 'not-asked' } as const;

test('S30 a renewable token of a renewable, periodic token role breaks no rule', () => {
  assert.deepEqual(brokenRules(RIGHT, STRICT), []);
  assert.deepEqual(limitsOf(RIGHT, STRICT), []);
});

/** What is wrong with a token, what is said of it, and the command that is told. */
const BROKEN: readonly [string, Partial<TokenFacts>, RegExp, RegExp][] = [
  [
    'a root token',
    { token: ownToken({ policies: ['root'] }) },
    /^is a root token/,
    /^vault token create -role=own$/,
  ],
  [
    'no TTL',
    { token: ownToken({ ttlSeconds: 0 }) },
    /^has no TTL/,
    /^vault token create -role=own$/,
  ],
  [
    'not renewable',
    { token: ownToken({ renewable: false }) },
    /^is not renewable$/,
    /^vault token create -role=own$/,
  ],
  [
    'no role',
    { role: { kind: 'none' } },
    /^was not made by a token role$/,
    /^vault write auth\/token\/roles\/kubernetes-vault allowed_policies=\S+ orphan=true renewable=true period=24h, then vault token create -role=kubernetes-vault; or set vault\.skipTokenRoleNameValidation/,
  ],
  [
    'a role that is gone',
    { role: { kind: 'missing', name: 'own' } },
    /token role own, which is gone$/,
    /^vault write auth\/token\/roles\/own allowed_policies=.*, then vault token create -role=own$/,
  ],
  [
    'a role that it may not read',
    { role: { kind: 'unreadable', name: 'own', words: 'HTTP 403' } },
    /^may not read its own token role \(HTTP 403\)$/,
    /path "auth\/token\/roles\/own" \{ capabilities = \["read"\] \}$/,
  ],
  [
    'a role that is not renewable',
    { role: roleFound({ renewable: false }) },
    /its token role own makes no renewable tokens$/,
    /^vault write auth\/token\/roles\/own renewable=true, then vault token create -role=own$/,
  ],
  [
    'a role with an explicit max TTL',
    { role: roleFound({ explicitMaxTtlSeconds: 1 }) },
    /its token role own has an explicit max TTL/,
    /^vault write auth\/token\/roles\/own explicit_max_ttl=0, then vault token create/,
  ],
  [
    'a role without a period',
    { role: roleFound({ periodSeconds: 0 }) },
    /its token role own has no period/,
    /^vault write auth\/token\/roles\/own period=24h, then vault token create -role=own$/,
  ],
];

for (const [what, change, wrong, remedy] of BROKEN) {
  test(`S30 ${what}: that rule is broken, and no other, and a command says how to mend it`, () => {
    const broken = brokenRules({ ...RIGHT, ...change }, STRICT);
    assert.equal(broken.length, 1);
    assert.match(broken[0]?.wrong ?? '', wrong);
    assert.match(broken[0]?.remedy ?? '', remedy);
  });
}

test('S30 every rule that is broken is told at once', () => {
  const token = ownToken({ policies: ['root'], ttlSeconds: 0, renewable: false });
  const role = roleFound({ renewable: false, periodSeconds: 0, explicitMaxTtlSeconds: 60 });
  assert.equal(brokenRules({ token, role }, STRICT).length, 6);
});

test('S30 a token that nobody need have made by a role is still to be renewable, and no root token', () => {
  const facts = { token: ownToken({ periodSeconds: 60 }), role: NOT_ASKED };
  assert.deepEqual(brokenRules(facts, ANY_MAKER), []);
  const token = ownToken({ policies: ['root'], ttlSeconds: 0, renewable: false });
  assert.equal(brokenRules({ token, role: NOT_ASKED }, ANY_MAKER).length, 3);
});

test('S30 a token that comes of a login may be one that cannot be renewed, but no root token', () => {
  const batch = { token: ownToken({ renewable: false }), role: NOT_ASKED };
  assert.deepEqual(brokenRules(batch, LOGIN), []);
  const root = { token: ownToken({ policies: ['default', 'root'] }), role: NOT_ASKED };
  assert.equal(brokenRules(root, LOGIN).length, 1);
});

test('a name of Vault that cannot be typed is not put into a command', () => {
  const name = 'x"; rm -rf $HOME\n';
  const [broken] = brokenRules({ ...RIGHT, role: { kind: 'missing', name } }, STRICT);
  assert.match(broken?.remedy ?? '', /roles\/ROLE .*-role=ROLE$/);
  assert.doesNotMatch(broken?.wrong ?? '', /\n/);
});

/** Tokens that may be used, and will end all the same. */
const LIMITED: readonly [string, Partial<TokenFacts>, RegExp][] = [
  ['few uses', { token: ownToken({ usesLeft: 3 }) }, /only 3 more times/],
  ['a max TTL of its own', { token: ownToken({ explicitMaxTtlSeconds: 90 }) }, /ends 90 s after/],
  ['no period', { token: ownToken({ role: undefined }), role: NOT_ASKED }, /is not periodic/],
];

for (const [what, change, limit] of LIMITED) {
  test(`S30 a token with ${what} is accepted with a warning, unless a login gives the next`, () => {
    const facts = { ...RIGHT, ...change };
    assert.deepEqual(brokenRules(facts, ANY_MAKER), []);
    const limits = limitsOf(facts, ANY_MAKER);
    assert.equal(limits.length, 1);
    assert.match(limits[0] ?? '', limit);
    assert.deepEqual(limitsOf(facts, LOGIN), []);
  });
}
