import { X509Certificate } from 'node:crypto';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Text that is no bundle of certificates; the message goes on after "this file …". */
export class NoCertificatesError extends Error {
  override readonly name = 'NoCertificatesError';
}

/**
 * The PEM certificates of a text, written anew, without what stands around them (a private key,
 * perhaps). Each is parsed: OpenSSL skips in silence what it cannot read, and would then trust nobody.
 * @throws NoCertificatesError if there is none, or one that cannot be read
 */
export function parseCertificates(pem: string): string[] {
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw new NoCertificatesError('holds no PEM certificate');
  try {
    return certificates.map((certificate) => new X509Certificate(certificate).toString().trimEnd());
  } catch (cause) {
    throw new NoCertificatesError('holds a PEM certificate that cannot be read', { cause });
  }
}
