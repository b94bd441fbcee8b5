import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherIssuer, judgeAuthority, judgeIssuer } from '../../../../src/doctor/vault/pki.ts';
import { vaultThat } from '../../../support/doctor/capable-vault.ts';
import { inShort } from '../../../support/doctor/findings.ts';

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
