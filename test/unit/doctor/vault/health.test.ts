import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpProbe } from '../../../../src/doctor/net/http-probe.ts';
import type { SeenCertificate } from '../../../../src/doctor/net/seen-certificate.ts';
import { judgeHealth } from '../../../../src/doctor/vault/health.ts';
import { inShort } from '../../../support/doctor/findings.ts';

const ADDRESS = 'https://vault:8200';
const TRUST = { by: 'the file', remedy: 'change it' };

function health(change: object, more: Partial<Extract<HttpProbe, { kind: 'answered' }>> = {}) {
  const body = JSON.stringify({
    initialized: true,
    sealed: false,
    standby: false,
    version: '1.19.0',
    ...change,
  });
  const seen = { certificate: undefined, skewMs: 0 };
  return { kind: 'answered', status: 200, body, ...seen, ...more } as const;
}

const HEALTHS: readonly [what: string, HttpProbe, says: readonly RegExp[]][] = [
  [
    'well',
    health({}),
    [
      /^ok vault\.reachable: .* is Vault 1\.19\.0, active$/,
      /^ok vault\.sealed/,
      /^ok vault\.clock/,
    ],
  ],
  [
    'a standby',
    health({ standby: true }),
    [/^ok .* a standby, which passes requests on/, /^ok/, /^ok/],
  ],
  [
    'sealed',
    health({ sealed: true }),
    [/^ok/, /^failed vault\.sealed: it is sealed → unseal it/, /^ok/],
  ],
  [
    'not initialized',
    health({ initialized: false, sealed: true }),
    [/^ok/, /^failed .* not initialized → initialize it/, /^ok/],
  ],
  [
    'out of time',
    health({}, { skewMs: 400_000 }),
    [/^ok/, /^ok/, /^failed vault\.clock: Vault's clock is 6m40s ahead/],
  ],
  [
    'away',
    { kind: 'failed', problem: 'timeout', words: 'w' },
    [/^failed vault\.reachable: https:\/\/vault:8200 cannot be reached: w → look at firewalls/],
  ],
  [
    'something else',
    health({}, { body: '<html>', status: 404 }),
    [/^failed .* answers as no Vault does \(HTTP 404\) → correct vault\.addr/],
  ],
];

for (const [what, probe, says] of HEALTHS) {
  test(`a Vault that is ${what}`, () => {
    const found = judgeHealth(ADDRESS, probe, TRUST, 0).map(inShort);
    assert.equal(found.length, says.length, found.join('\n'));
    for (const [index, one] of says.entries()) assert.match(found[index] ?? '', one);
  });
}

test('the certificate of Vault is judged where it is known what verifies it', () => {
  const certificate: SeenCertificate = {
    untrusted: 'SELF_SIGNED_CERT_IN_CHAIN',
    notBefore: 0,
    notAfter: 10,
    names: '',
    selfSigned: false,
    isFor: () => true,
  };
  const probe = health({}, { certificate });
  const [, judged] = judgeHealth(ADDRESS, probe, TRUST, 5).map(inShort);
  assert.match(
    judged ?? '',
    /^failed vault\.certificate: it does not verify by the file .* → change it/,
  );
  const [, unjudged] = judgeHealth(ADDRESS, probe, undefined, 5).map(inShort);
  assert.match(unjudged ?? '', /^skipped vault\.certificate/);
});
