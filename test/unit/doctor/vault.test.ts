import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import type { HttpProbe } from '../../../src/doctor/net/http-probe.ts';
import type { SeenCertificate } from '../../../src/doctor/net/seen-certificate.ts';
import {
  type AppRoleFacts,
  gatherAppRole,
  judgeAppRole,
} from '../../../src/doctor/vault/app-role.ts';
import { judgeHealth } from '../../../src/doctor/vault/health.ts';
import { judgeOwnToken, type OwnTokenFacts } from '../../../src/doctor/vault/own-token.ts';
import { gatherIssuer, judgeAuthority, judgeIssuer } from '../../../src/doctor/vault/pki.ts';
import { judgeTrust, type TrustFacts, trustInWords } from '../../../src/doctor/vault/trust.ts';
import type { OwnToken } from '../../../src/vault/lookup-self.ts';
import type { RoleFacts } from '../../../src/vault/own-token/rules/token-facts.ts';
import type { VaultRequest } from '../../../src/vault/vault-client.ts';
import { FinalVaultError, RetryableVaultError } from '../../../src/vault/vault-error.ts';
import { parseRoleName } from '../../../src/wire/role-name.ts';
import { inShort } from '../../support/findings.ts';

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

const ROLE_OF_WEB = { mount: 'approle', role: parseRoleName('web') ?? assert.fail() };
const known = (mayMint: boolean, mayDestroy: boolean, exists?: boolean): AppRoleFacts => ({
  kind: 'known',
  mayMint,
  mayDestroy,
  exists,
});

const ROLES: readonly [what: string, AppRoleFacts, says: RegExp][] = [
  ['may be minted for, and exists', known(true, true, true), /^ok vault\.role web: it exists/],
  ['may be minted for, as far as one sees', known(true, true), /^ok .* may not see/],
  [
    'does not exist',
    known(true, true, false),
    /^failed .* no such AppRole → make it: vault write auth\/approle\/role\/web …/,
  ],
  [
    'may not be minted for',
    known(false, true),
    /^failed .* may not mint for it → add to its policy: path "auth\/approle\/role\/web\/secret-id" \{ capabilities = \["update"\] \}/,
  ],
  [
    'may not be cleaned up after',
    known(true, false),
    /^warning .* → .*secret-id-accessor\/destroy/,
  ],
  ['cannot be asked for', { kind: 'unknown', words: 'HTTP 500' }, /^failed .* HTTP 500/],
];

for (const [what, facts, says] of ROLES) {
  test(`an AppRole that ${what}: ${says.source}`, () => {
    assert.match(inShort(judgeAppRole(ROLE_OF_WEB, facts)), says);
  });
}

/** A Vault that allows these capabilities at these paths, and has what `reads` says. */
function vaultThat(
  allows: Readonly<Record<string, readonly string[]>>,
  reads: 'found' | 'missing',
) {
  const requests: VaultRequest[] = [];
  const send = async (request: VaultRequest) => {
    requests.push(request);
    if (request.method === 'POST') return JSON.stringify({ data: allows });
    if (reads === 'missing') throw new FinalVaultError('missing', 'read', 'HTTP 404');
    return '{}';
  };
  return { send, requests, close: () => {} };
}

const CAPABILITIES: readonly [
  what: string,
  readonly string[],
  reads: 'found' | 'missing',
  AppRoleFacts,
][] = [
  ['nothing', ['deny'], 'found', known(false, false)],
  ['all but to read', ['create', 'update'], 'missing', known(true, true)],
  ['all of what is there', ['root'], 'found', known(true, true, true)],
  ['all of what is not there', ['update', 'read'], 'missing', known(true, true, false)],
];

for (const [what, capabilities, reads, facts] of CAPABILITIES) {
  test(`a token that may do ${what} is asked what it may, and does nothing`, async () => {
    const role = 'auth/approle/role/web';
    const paths = [`${role}/secret-id`, `${role}/secret-id-accessor/destroy`, role];
    const vault = vaultThat(Object.fromEntries(paths.map((path) => [path, capabilities])), reads);
    assert.deepEqual(await gatherAppRole(vault, ROLE_OF_WEB), facts);
    const written = vault.requests.filter(({ method }) => method === 'POST');
    assert.deepEqual(
      written.map(({ path }) => path),
      ['sys/capabilities-self'],
    );
  });
}

test('a Vault that answers nonsense is no reason to end', async () => {
  const facts = await gatherAppRole(vaultThat({}, 'found'), ROLE_OF_WEB);
  assert.equal(facts.kind, 'unknown');
});

test('a PKI role is judged by what may be issued, and is not used', async () => {
  const issuer = { mount: 'pki', role: 'metrics' };
  const judged = async (
    allows: Readonly<Record<string, readonly string[]>>,
    reads: 'found' | 'missing',
  ) => inShort(judgeIssuer(issuer, await gatherIssuer(vaultThat(allows, reads), issuer)));
  const [issue, role] = ['pki/issue/metrics', 'pki/roles/metrics'];
  assert.match(
    await judged({ [issue]: ['update'], [role]: ['deny'] }, 'found'),
    /^ok vault\.pki pki\/issue\/metrics/,
  );
  assert.match(
    await judged({ [issue]: ['deny'], [role]: ['deny'] }, 'found'),
    /^failed .* → add to its policy: path "pki\/issue\/metrics"/,
  );
  assert.match(
    await judged({ [issue]: ['update'], [role]: ['read'] }, 'missing'),
    /^failed .* no such PKI role/,
  );
  assert.match(await judged({}, 'found'), /^failed .* cannot be asked for/);
});

test('the mount of clients’ authorities is judged by whether it can be read', () => {
  assert.match(inShort(judgeAuthority('pki', undefined)), /^ok vault\.pki pki\/cert\/ca/);
  assert.match(
    inShort(judgeAuthority('pki', 'HTTP 404')),
    /^failed .* HTTP 404 → correct prometheus\.tls\.vaultCABackends/,
  );
});
