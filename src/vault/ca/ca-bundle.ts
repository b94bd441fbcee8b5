import { X509Certificate } from 'node:crypto';
import { parseCertificates } from '../../base/pem.ts';

/** Certificates that verify Vault, exactly as they are used and pushed. */
export interface CaBundle {
  readonly pem: string;
  /** SHA-256 in lower-case hex, of each certificate. */
  readonly fingerprints: readonly string[];
  /** Whether each is an authority's (CA:TRUE). */
  readonly authoritiesOnly: boolean;
}

/**
 * The certificates of some PEM texts, each once, in their order.
 * @throws NoCertificatesError if one of the texts holds none, or one that cannot be read
 */
export function caBundle(texts: readonly string[]): CaBundle {
  const certificates = new Map<string, X509Certificate>();
  for (const pem of texts.flatMap(parseCertificates)) {
    const certificate = new X509Certificate(pem);
    certificates.set(fingerprint(certificate), certificate);
  }
  const all = [...certificates.values()];
  return {
    pem: all.map(String).join(''),
    fingerprints: [...certificates.keys()],
    authoritiesOnly: all.every(({ ca }) => ca),
  };
}

function fingerprint({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '').toLowerCase();
}
