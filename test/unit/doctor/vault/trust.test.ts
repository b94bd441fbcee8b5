import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeTrust, type TrustFacts, trustInWords } from '../../../../src/doctor/vault/trust.ts';
import { inShort } from '../../../support/doctor/findings.ts';

const FETCHED = { kind: 'fetched', pem: '', fingerprints: ['aa', 'bb'] } as const;

const TRUSTS: readonly [what: string, TrustFacts, says: RegExp | undefined][] = [
  ['the system', { kind: 'system' }, undefined],
  ['a file', { kind: 'pem', pem: '' }, undefined],
  ['mounts, listed', { ...FETCHED, listed: ['bb', 'aa'] }, /^ok vault\.ca/],
  ['mounts, one of them not listed', { ...FETCHED, listed: ['aa'] }, /^failed .* not listed: bb/],
  ['mounts, unlisted', { ...FETCHED, listed: [] }, /^warning .* → .*caSHA256: \[aa, bb\]/],
  [
    'mounts that cannot be read',
    { kind: 'unknown', words: 'pki/ca/pem answers with HTTP 404' },
    /^failed .* HTTP 404 → correct vault\.tls\.vaultCABackends/,
  ],
];

for (const [what, facts, says] of TRUSTS) {
  test(`S32 Vault is verified by ${what}: ${says?.source ?? 'nothing to tell'}`, () => {
    const [found] = judgeTrust(facts).map(inShort);
    if (says === undefined) assert.equal(found, undefined);
    else assert.match(found ?? '', says);
    assert.equal(trustInWords(facts) === undefined, facts.kind === 'unknown');
  });
}
