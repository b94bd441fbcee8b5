import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import fc from 'fast-check';
import {
  type SelfSigned,
  selfSignedCertificate,
} from '../../../src/init/self-signed-certificate.ts';
import { x509 } from '../../support/x509.ts';

const NOW = Date.parse('2026-03-01T12:00:00.500Z');
const FIVE_MINUTES = 300_000;

function certificateFor(addresses: string[], now = NOW, validForMs = FIVE_MINUTES): SelfSigned {
  return selfSignedCertificate({ addresses, now, validForMs });
}

/** Of the machine. */
const OPENSSL = 'openssl';

function openssl(input: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(OPENSSL, args, { input, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

test('the certificate is what an independent X.509 library calls one, signed by its own key', async () => {
  const parsed = new x509.X509Certificate(certificateFor(['10.1.2.3', 'fd00::17']).certificate);

  assert.equal(await parsed.verify({ signatureOnly: true }), true);
  assert.equal(await parsed.isSelfSigned(), true);
  assert.equal(parsed.subject, 'CN=kubernetes-vault-init');
  assert.equal(parsed.notBefore.toISOString(), '2026-03-01T11:55:00.000Z');
  assert.equal(parsed.notAfter.toISOString(), '2026-03-01T12:05:00.000Z');
  const names = parsed.getExtension(x509.SubjectAlternativeNameExtension)?.names.toJSON();
  assert.deepEqual(names, [
    { type: 'ip', value: '10.1.2.3' },
    { type: 'ip', value: 'fd00::17' },
  ]);
  const constraints = parsed.getExtension(x509.BasicConstraintsExtension);
  assert.deepEqual([constraints?.ca, constraints?.critical], [false, true]);
  assert.equal(
    parsed.getExtension(x509.KeyUsagesExtension)?.usages,
    x509.KeyUsageFlags.digitalSignature,
  );
  assert.deepEqual(
    [...(parsed.getExtension(x509.ExtendedKeyUsageExtension)?.usages ?? [])],
    [x509.ExtendedKeyUsage.serverAuth],
  );
});

test('openssl reads it, verifies its signature, and takes it for a TLS server of its addresses', () => {
  const now = Date.now();
  const { certificate } = selfSignedCertificate({
    addresses: ['10.1.2.3', 'fd00::17'],
    now,
    validForMs: FIVE_MINUTES,
  });
  const text = openssl(certificate, 'x509', '-noout', '-text', '-certopt', 'no_pubkey,no_sigdump');
  assert.match(text, /Version: 3 \(0x2\)/);
  assert.match(text, /Signature Algorithm: ecdsa-with-SHA256/);
  assert.match(text, /IP Address:10\.1\.2\.3, IP Address:FD00:0:0:0:0:0:0:17/);

  const directory = mkdtempSync(join(tmpdir(), 'certificate-'));
  const file = join(directory, 'tls.crt');
  writeFileSync(file, certificate);
  for (const address of ['10.1.2.3', 'fd00::17']) {
    const purpose = ['-purpose', 'sslserver', '-verify_ip', address];
    openssl('', 'verify', '-check_ss_sig', '-x509_strict', '-CAfile', file, ...purpose, file);
  }
  rmSync(directory, { recursive: true });
});

test('S29 it names any IPv4 and IPv6 address, and its key is the one that it certifies', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(fc.array(address, { minLength: 1, maxLength: 4 }), (addresses) => {
      const made = certificateFor(addresses);
      const certificate = new X509Certificate(made.certificate);
      for (const one of addresses) assert.notEqual(certificate.checkIP(one), undefined, one);
      assert.equal(certificate.checkPrivateKey(createPrivateKey(made.key)), true);
      assert.equal(certificate.verify(certificate.publicKey), true);
    }),
    { numRuns: 200 },
  );
});

test('a certificate of many years keeps its end beyond 2049', () => {
  const century = 100 * 365 * 24 * 3_600_000;
  const { certificate } = certificateFor(['10.0.0.1'], NOW, century);
  assert.equal(new Date(new X509Certificate(certificate).validTo).getUTCFullYear(), 2126);
});
