import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { parseCaBundle } from './vault-settings.ts';

/** A connection that was idle for this long is not used again: something between may have forgotten it. */
const LONGEST_IDLE_MS = 30_000;

/** The connections of one Vault client, made when they are first needed. */
export interface VaultAgents {
  http(): HttpAgent;
  https(): HttpsAgent;
  destroy(): void;
}

/**
 * Keep-alive pools of at most `maxSockets` connections a host.
 * @param ca PEM certificates that alone verify Vault; without it, the system's roots do
 * @throws VaultSettingError if `ca` holds no certificate
 */
export function vaultAgents(ca: string | undefined, maxSockets: number): VaultAgents {
  const options = { keepAlive: true, maxSockets, timeout: LONGEST_IDLE_MS };
  // One context for all connections: parsing the bundle for each would cost more than the handshake.
  let context = ca === undefined ? undefined : contextTrusting(ca);
  let http: HttpAgent | undefined;
  let https: HttpsAgent | undefined;
  return {
    http() {
      http ??= new HttpAgent(options);
      return http;
    },
    https() {
      context ??= contextTrusting(ca);
      https ??= new HttpsAgent({ ...options, secureContext: context });
      return https;
    },
    destroy() {
      http?.destroy();
      https?.destroy();
    },
  };
}

/**
 * What a connection to Vault is verified by.
 * @param ca PEM certificates; without it, the system's roots
 * @throws VaultSettingError if `ca` holds no certificate
 */
export function contextTrusting(ca: string | undefined): SecureContext {
  if (ca === undefined) return createSecureContext({ ca: systemRoots() });
  // Each certificate is trusted by itself: what is configured may be an intermediate authority's alone.
  return createSecureContext({ ca: parseCaBundle(ca), allowPartialTrustChain: true });
}

/** The system's, with NODE_EXTRA_CA_CERTS; Node's own where an image has none. */
function systemRoots(): string[] {
  const system = getCACertificates('system');
  if (system.length === 0) return getCACertificates('default');
  return [...new Set([...system, ...getCACertificates('extra')])];
}
