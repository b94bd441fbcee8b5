import { constants } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { ServerIdentity } from './server-identity.ts';

/** A TLS server that can go on with other certificates; its connections stay. */
export interface ReplaceableContext {
  setSecureContext(options: SecureContextOptions): void;
}

/**
 * What the handshakes of a TLS server are made with; each part may be replaced while it serves. What
 * OpenSSL does not take (a key that is too short) is thrown, and leaves all as it was.
 */
export interface LiveContext {
  showIdentity(identity: ServerIdentity): void;
  /** PEM certificates, of which one must have signed a client's. */
  trustClientsOf(authorities: string): void;
}

/**
 * Until it knows all that it needs, no handshake succeeds: a server without an identity has none to
 * show, and one that must check its clients must not take the roots of the system in the meantime.
 */
export function liveContext(
  server: ReplaceableContext,
  { checksClients }: { readonly checksClients: boolean },
): LiveContext {
  let identity: ServerIdentity | undefined;
  let authorities: string | undefined;
  const apply = (shown: ServerIdentity | undefined, trusted: string | undefined) => {
    if (shown === undefined || (checksClients && trusted === undefined)) return;
    server.setSecureContext({
      cert: shown.chain,
      key: shown.key.reveal(),
      ...(trusted === undefined ? {} : { ca: trusted }),
      minVersion: 'TLSv1.2',
      // A resumed session would not be asked for its certificate again, which may have expired.
      secureOptions: constants.SSL_OP_NO_TICKET,
    });
  };
  return {
    showIdentity(next) {
      apply(next, authorities);
      identity = next;
    },
    trustClientsOf(next) {
      apply(identity, next);
      authorities = next;
    },
  };
}
