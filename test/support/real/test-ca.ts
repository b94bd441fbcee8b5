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

/** A certificate authority for one test. */
export interface TestCa {
  readonly caPem: string;
  /** A certificate for servers and clients alike; `names` are DNS names and IP addresses. */
  issue(commonName: string, names: readonly string[]): Promise<Certificate>;
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
    issue: (name, names) => issue(certificate.subject, keys.privateKey, name, names),
  };
}

async function issue(
  issuer: string,
  signingKey: webcrypto.CryptoKey,
  commonName: string,
  names: readonly string[],
): Promise<Certificate> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    subject: [{ CN: [commonName] }],
    issuer,
    publicKey: keys.publicKey,
    signingKey,
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

function validity() {
  const serialNumber = `01${randomBytes(15).toString('hex')}`;
  const notBefore = new Date(Date.now() - hourMs);
  return { serialNumber, notBefore, notAfter: new Date(Date.now() + 24 * hourMs) };
}
