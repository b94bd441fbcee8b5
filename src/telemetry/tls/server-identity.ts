import { X509Certificate } from 'node:crypto';
import { parseCertificates } from '../../base/pem.ts';
import { checkPrivateKey } from '../../base/private-key.ts';
import type { Secret } from '../../base/secret.ts';

/** What a TLS server shows to its clients. */
export interface ServerIdentity {
  /** PEM: its certificate, then those between it and its authority. */
  readonly chain: string;
  /** PEM. */
  readonly key: Secret;
  /** Milliseconds since the Unix epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * @throws NoCertificatesError if the chain is none
 * @throws UnfitKeyError if the key is none, or another certificate's
 */
export function parseServerIdentity(chain: string, key: Secret): ServerIdentity {
  const pems = parseCertificates(chain);
  const [own = ''] = pems;
  checkPrivateKey(key.reveal(), own);
  const { validFromDate, validToDate } = new X509Certificate(own);
  return {
    chain: `${pems.join('\n')}\n`,
    key,
    notBefore: validFromDate.getTime(),
    notAfter: validToDate.getTime(),
  };
}

/** For how long (ms) an identity lives on, by a wall clock; one that is behind adds nothing to its life. */
export function lifeLeft({ notBefore, notAfter }: ServerIdentity, wallClock: number): number {
  return Math.max(0, Math.min(notAfter - wallClock, notAfter - notBefore));
}
