import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../../src/base/secret.ts';
import type { TokenFacts } from '../../../../src/vault/own-token/rules/token-facts.ts';
import { createOwnTokenCore } from '../../../../src/vault/own-token/upkeep/core.ts';
import type { TokenAction, TokenInput } from '../../../../src/vault/own-token/upkeep/messages.ts';
import { ownToken, roleFound } from '../../../support/vault/own-token.ts';

const TOKEN = new Secret('hvs.own');
const NOT_ASKED = { kind: 'not-asked' } as const;

/** A core, its clock, and the last action of each kind that it asked for. */
function driven(logsIn: boolean) {
  const demands = { renewable: !logsIn, role: !logsIn };
  const core = createOwnTokenCore({ demands, logsIn });
  const asked: TokenAction[] = [];
  let now = 0;
  const step = (input: TokenInput) => void asked.push(...core.step(input, now, 0.5));
  const kinds = () => asked.filter(({ kind }) => kind !== 'report').map(({ kind }) => kind);
  const request = () => {
    const last = asked.findLast((one) => one.kind !== 'report');
    return last !== undefined && 'request' in last ? last.request : assert.fail('nothing asked');
  };
  const at = (ms: number) => {
    now = ms;
    step({ kind: 'wake' });
  };
  /** Gives it a token that Vault says this of, at the time 0. */
  const given = (facts: Partial<TokenFacts>) => {
    step(logsIn ? { kind: 'wake' } : { kind: 'offered', token: TOKEN });
    if (logsIn) step({ kind: 'logged-in', request: request(), token: TOKEN });
    const role = logsIn ? NOT_ASKED : roleFound();
    step({ kind: 'checked', request: request(), facts: { token: ownToken(), role, ...facts } });
  };
  const expiresAt = () => {
    const use = core.use();
    return use.kind === 'held' ? use.expiresAt : undefined;
  };
  return { core, step, at, given, kinds, request, expiresAt };
}

test('S30 a token expires by what it had left when Vault was asked, however late the answer comes', () => {
  const { step, at, request, expiresAt } = driven(false);
  step({ kind: 'offered', token: TOKEN });
  at(3_000);
  const facts = { token: ownToken({ ttlSeconds: 60 }), role: roleFound() };
  step({ kind: 'checked', request: request(), facts });
  assert.equal(expiresAt(), 60_000);
});

/** What Vault says of a token, and when it is to be renewed. */
const HALVES: readonly [string, Partial<TokenFacts>, number][] = [
  ['a fresh token', {}, 1_800_000],
  ['the period of its role', { role: roleFound({ periodSeconds: 5_400 }) }, 900_000],
  ['a period of its own', { token: ownToken({ periodSeconds: 5_400 }), role: NOT_ASKED }, 900_000],
  [
    'what it had when it was made',
    { token: ownToken({ creationTtlSeconds: 5_400, role: undefined }), role: NOT_ASKED },
    900_000,
  ],
];

for (const [what, facts, renewAt] of HALVES) {
  test(`S30 half a TTL: by ${what}`, () => {
    const { core, given } = driven(false);
    given(facts);
    assert.equal(core.nextWake(), renewAt);
  });
}

test('S30 a login whose token cannot be renewed is followed by another at half its TTL', () => {
  const { core, at, given, kinds, expiresAt } = driven(true);
  given({ token: ownToken({ renewable: false }) });
  at(1_799_999);
  assert.deepEqual(kinds(), ['log-in', 'check']);
  at(1_800_000);
  assert.deepEqual(kinds(), ['log-in', 'check', 'log-in']);
  assert.equal(core.nextWake(), expiresAt(), 'nothing else is to do meanwhile');
});

test('S30 a login whose token was renewed for the last time is followed by another', () => {
  const { step, at, given, kinds, request } = driven(true);
  given({});
  at(1_800_000);
  step({ kind: 'renewed', request: request(), ttlMs: 3_600_000, renewable: false });
  at(3_600_000);
  assert.deepEqual(kinds(), ['log-in', 'check', 'renew', 'log-in']);
});

test('S30 a renewal that is denied has the token looked at, and not given up before', () => {
  const { core, step, at, given, kinds, request } = driven(false);
  given({});
  at(1_800_000);
  const failure = { kind: 'denied', words: 'permission denied' } as const;
  step({ kind: 'failed', request: request(), failure });
  assert.deepEqual(kinds(), ['check', 'renew', 'confirm']);
  assert.equal(core.use().kind, 'held');
  step({ kind: 'failed', request: request(), failure });
  assert.equal(core.use().kind, 'lacking');
});

test('S30 a look at the token that Vault refuses for another reason proves nothing', () => {
  const { core, step, at, given, request } = driven(false);
  given({});
  at(2_000);
  step({ kind: 'doubted' });
  step({ kind: 'failed', request: request(), failure: { kind: 'refused', words: 'HTTP 400' } });
  assert.equal(core.use().kind, 'held');
});

test('answers to questions of before are of no meaning', () => {
  const { core, step, at, given, request, expiresAt } = driven(false);
  given({});
  at(2_000);
  step({ kind: 'doubted' });
  const [confirm, expiry] = [request(), expiresAt()];
  step({ kind: 'confirmed', request: confirm - 1, ttlMs: 1 });
  step({ kind: 'renewed', request: confirm, ttlMs: 1, renewable: true });
  assert.equal(expiresAt(), expiry);
  step({ kind: 'confirmed', request: confirm, ttlMs: 3_000_000 });
  assert.equal(expiresAt(), 3_002_000);
  at(1_800_000);
  step({ kind: 'renewed', request: confirm, ttlMs: 1, renewable: true });
  step({ kind: 'failed', request: confirm, failure: { kind: 'denied', words: '' } });
  assert.equal(expiresAt(), 3_002_000);
  assert.equal(core.use().kind, 'held');
});

test('S30 a token that broke a rule is looked at again, and used once the rule is kept', () => {
  const { core, step, at, kinds, request } = driven(false);
  step({ kind: 'offered', token: TOKEN });
  const broken = { token: ownToken(), role: roleFound({ periodSeconds: 0 }) };
  step({ kind: 'checked', request: request(), facts: broken });
  const again = core.nextWake() ?? assert.fail('it is given up');
  at(again);
  assert.deepEqual(kinds(), ['check', 'check']);
  step({ kind: 'checked', request: request(), facts: { token: ownToken(), role: roleFound() } });
  assert.equal(core.use().kind, 'held');
});

test('S30 a token that has expired stays so when Vault no longer knows it, in its words', () => {
  const { core, step, at, given, request } = driven(false);
  given({ token: ownToken({ ttlSeconds: 60 }) });
  at(60_000);
  at(core.nextWake() ?? 0);
  step({ kind: 'failed', request: request(), failure: { kind: 'denied', words: 'gone' } });
  const use = core.use();
  assert.ok(use.kind === 'lacking');
  assert.deepEqual(use.why, { kind: 'expired', at: 60_000, words: 'gone' });
});

test('a second doubt puts off nothing', () => {
  const { core, step, at, given } = driven(false);
  given({});
  step({ kind: 'doubted' });
  assert.equal(core.nextWake(), 1_000);
  at(900);
  step({ kind: 'doubted' });
  assert.equal(core.nextWake(), 1_000);
});
