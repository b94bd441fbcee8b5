import { KeyObject, randomBytes, type webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { x509 } from '../x509.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const hourMs = 60 * 60 * 1000;

/** A certificate and its private key, both in PEM. */
interface Certificate {
  readonly certPem: string;
  readonly keyPem: string;
}

/** When a certificate is valid, in milliseconds from now; by default from an hour ago for a day. */
export interface Validity {
  readonly fromMs?: number;
  readonly untilMs?: number;
}

/** A certificate authority for one test. */
export interface TestCa {
  readonly caPem: string;
  /** A certificate for servers and clients alike; `names` are DNS names and IP addresses. */
  issue(commonName: string, names: readonly string[], validity?: Validity): Promise<Certificate>;
}

/** Makes a CA whose certificates are valid from an hour ago until a day from now. */
export async function createTestCa(commonName = 'test CA'): Promise<TestCa> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: [{ CN: [commonName] }],
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
    ],
  });
  return {
    caPem: certificate.toString('pem'),
    issue: (name, names, valid) =>
      issue({ subject: certificate.subject, signingKey: keys.privateKey }, name, names, valid),
  };
}

async function issue(
  issuer: { readonly subject: string; readonly signingKey: webcrypto.CryptoKey },
  commonName: string,
  names: readonly string[],
  valid?: Validity,
): Promise<Certificate> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(valid),
    subject: [{ CN: [commonName] }],
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: issuer.signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value })),
      ),
    ],
  });
  const keyPem = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' });
  return { certPem: certificate.toString('pem'), keyPem: String(keyPem) };
}

function validity({ fromMs = -hourMs, untilMs = 24 * hourMs }: Validity = {}) {
  const serialNumber = `01${randomBytes(15).toString('hex')}`;
  const now = Date.now();
  return { serialNumber, notBefore: new Date(now + fromMs), notAfter: new Date(now + untilMs) };
}
