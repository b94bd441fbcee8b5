import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../../src/base/secret.ts';
import { judgeOwnToken, type OwnTokenFacts } from '../../../../src/doctor/vault/own-token.ts';
import { FinalVaultError, RetryableVaultError } from '../../../../src/vault/client/vault-error.ts';
import type { RoleFacts } from '../../../../src/vault/own-token/rules/token-facts.ts';
import type { OwnToken } from '../../../../src/vault/token/lookup-self.ts';
import { inShort } from '../../../support/doctor/findings.ts';

const GOOD: OwnToken = {
  policies: ['default', 'kubernetes-vault'],
  renewable: true,
  ttlSeconds: 3_600,
  creationTtlSeconds: 86_400,
  periodSeconds: 86_400,
  explicitMaxTtlSeconds: 0,
  usesLeft: 0,
  role: 'kubernetes-vault',
};
const ROLE: RoleFacts = {
  kind: 'found',
  name: 'kubernetes-vault',
  renewable: true,
  periodSeconds: 86_400,
  explicitMaxTtlSeconds: 0,
};
const DEMANDS = { renewable: true, role: true };

function found(token: Partial<OwnToken>, role: RoleFacts = ROLE): OwnTokenFacts {
  return {
    kind: 'found',
    token: new Secret('hvs.secret'),
    facts: { token: { ...GOOD, ...token }, role },
  };
}

const TOKENS: readonly [what: string, OwnTokenFacts, says: readonly RegExp[]][] = [
  [
    'good',
    found({}),
    [/^ok vault\.token: it may be used \(policies default, kubernetes-vault; 1h left\)/],
  ],
  [
    'root',
    found({ policies: ['root'], ttlSeconds: 0, renewable: false }),
    [/it is a root token.* → vault /, /it has no TTL/, /it is not renewable/],
  ],
  ['used up soon', found({ usesLeft: 3 }), [/^warning .* may be used only 3 more times/]],
  [
    'of no role',
    found({}, { kind: 'none' }),
    [/^failed .* was not made by a token role → vault write auth\/token\/roles/],
  ],
  [
    'not accepted',
    { kind: 'not-looked-up', error: new FinalVaultError('denied', 'r', 'HTTP 403') },
    [
      /^failed .* expired, revoked, or not of this Vault \(HTTP 403\) → give the controller a new one by vault\.token/,
    ],
  ],
  [
    'not to be looked up',
    { kind: 'not-looked-up', error: new RetryableVaultError('unavailable', 'r', 'HTTP 500') },
    [/^failed .* HTTP 500 → look at Vault/],
  ],
  [
    'not there',
    { kind: 'not-had', words: 'ENOENT' },
    [/^failed .* there is none by vault\.token: ENOENT/],
  ],
];

for (const [what, facts, says] of TOKENS) {
  test(`a token that is ${what}`, () => {
    const all = judgeOwnToken({ from: 'vault.token', demands: DEMANDS }, facts).map(inShort);
    assert.equal(all.length, says.length, all.join('\n'));
    for (const [index, one] of says.entries()) assert.match(all[index] ?? '', one);
    assert.ok(!all.join().includes('hvs.secret'));
  });
}
