import type { Clock } from '../../base/clock.ts';
import { CaFetchError, fetchCaBundle } from '../../vault/ca/fetch-ca-bundle.ts';
import { about, type Finding } from '../finding.ts';
import type { Trust } from '../net/judge-certificate.ts';
import type { DoctorSettings } from '../settings.ts';

/** What is to verify Vault. */
export type TrustFacts =
  | { readonly kind: 'system' }
  | { readonly kind: 'pem'; readonly pem: string }
  | {
      readonly kind: 'fetched';
      readonly pem: string;
      readonly fingerprints: readonly string[];
      readonly listed: readonly string[];
    }
  | { readonly kind: 'unknown'; readonly words: string };

export async function gatherTrust(
  { address, namespace, ca }: Pick<DoctorSettings['vault'], 'address' | 'namespace' | 'ca'>,
  clock: Clock,
): Promise<TrustFacts> {
  if (ca.kind !== 'mounts') return ca;
  try {
    const place = { address, namespace, mounts: ca.mounts };
    const { pem, fingerprints } = await fetchCaBundle(place, clock);
    return { kind: 'fetched', pem, fingerprints, listed: ca.sha256 };
  } catch (error) {
    if (!(error instanceof CaFetchError)) throw error;
    return { kind: 'unknown', words: error.message };
  }
}

/** PEM certificates that alone verify Vault; undefined for the system's roots. */
export function trustedPem(facts: TrustFacts): string | undefined {
  return 'pem' in facts ? facts.pem : undefined;
}

/** How people are told of it; undefined where it is not known. */
export function trustInWords(facts: TrustFacts): Trust | undefined {
  switch (facts.kind) {
    case 'system': {
      const remedy = 'set vault.tls.caCert to a PEM file of the CA that issued it';
      return { by: "the system's roots", remedy };
    }
    case 'pem': {
      const remedy = 'let that file hold the PEM of the CA that issued it';
      return { by: 'vault.tls.caCert', remedy };
    }
    case 'fetched': {
      const remedy = 'let vault.tls.vaultCABackends name the mounts of the CA that issued it';
      return { by: 'what vault.tls.vaultCABackends deliver', remedy };
    }
    case 'unknown':
      return undefined;
  }
}

/** Judges what PKI mounts deliver; there is nothing to judge where none are asked. */
export function judgeTrust(facts: TrustFacts): Finding[] {
  const it = about('vault.ca');
  if (facts.kind === 'unknown') {
    const remedy = 'correct vault.tls.vaultCABackends, or set vault.tls.caCert instead';
    return [it.failed(`it is not known what verifies Vault: ${facts.words}`, remedy)];
  }
  if (facts.kind !== 'fetched') return [];
  const { fingerprints, listed } = facts;
  const all = fingerprints.join(', ');
  if (listed.length === 0) {
    const remedy = `compare them with the CA, and set vault.tls.caSHA256: [${all}]`;
    return [it.warning('nothing verifies the certificates that the mounts deliver', remedy)];
  }
  const stranger = fingerprints.find((one) => !listed.includes(one));
  if (stranger === undefined) return [it.ok('vault.tls.caSHA256 lists what the mounts deliver')];
  const remedy = 'find out who put it there, and add it to vault.tls.caSHA256 if it is right';
  return [it.failed(`the mounts deliver a certificate that is not listed: ${stranger}`, remedy)];
}
