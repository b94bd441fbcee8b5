import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { sanitize } from '../../base/sanitize.ts';

/** A certificate that a server has shown. */
export interface SeenCertificate {
  /** Why it does not verify, as Node's code for it; undefined where it does. */
  readonly untrusted: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Names and addresses that it is for; sanitised. */
  readonly names: string;
  readonly selfSigned: boolean;
  /** Whether it is for this address. */
  isFor(ip: string): boolean;
}

/** What the peer of a connection that verifies nothing has shown. */
export function seenCertificate(socket: TLSSocket): SeenCertificate | undefined {
  const { raw } = socket.getPeerCertificate();
  if (raw === undefined) return undefined;
  try {
    return describe(new X509Certificate(raw), socket);
  } catch {
    // One that the handshake got along with, and that cannot be read all the same.
    return undefined;
  }
}

function describe(certificate: X509Certificate, socket: TLSSocket): SeenCertificate {
  // Its type says Error; it is the code of one.
  const error: unknown = socket.authorizationError;
  return {
    untrusted: socket.authorized ? undefined : sanitize(String(error)),
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
    names: sanitize(certificate.subjectAltName ?? 'none'),
    selfSigned:
      certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey),
    isFor: (ip) => certificate.checkIP(ip) !== undefined,
  };
}
