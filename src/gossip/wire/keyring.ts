import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import type { IsReplay } from './replays.ts';
import { GossipWireError } from './wire-error.ts';

/** The first key encrypts; each may decrypt, so that keys can be exchanged one member at a time. */
export type Keyring = readonly [KeyObject, ...KeyObject[]];

/** How many bytes of randomness each encryption takes. */
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** By how many bytes encrypted bytes are longer than plain ones. */
export const ENCRYPTION_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * What memberlist writes since its protocol version 2. The way before it, 0, is not taken: this byte
 * is not authenticated, and whoever changed it to 0 could have the last bytes taken for padding.
 */
const UNPADDED = 1;

/**
 * `[1][nonce][ciphertext][tag]`: AES-256-GCM by the first key (memberlist's security.go).
 * @param authenticated is not in the result, and must be the same to open it
 * @param nonce NONCE_BYTES random bytes, never used twice with the same key
 */
export function seal(
  keyring: Keyring,
  plain: Uint8Array,
  authenticated: Uint8Array,
  nonce: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', keyring[0], nonce).setAAD(authenticated);
  const parts = [Uint8Array.of(UNPADDED), nonce, cipher.update(plain), cipher.final()];
  return new Uint8Array(Buffer.concat([...parts, cipher.getAuthTag()]));
}

/**
 * What was sealed, by whichever key of the ring.
 * @param isReplay where nothing is to be opened twice; asked of what is genuine alone
 * @throws GossipWireError
 */
export function open(
  keyring: Keyring,
  sealed: Uint8Array,
  authenticated: Uint8Array,
  isReplay?: IsReplay,
): Uint8Array {
  if (sealed[0] !== UNPADDED) {
    throw new GossipWireError('unreadable', 'not encrypted, or in an unknown way');
  }
  if (sealed.length < ENCRYPTION_BYTES) {
    throw new GossipWireError('unreadable', `${sealed.length} bytes, too few to be encrypted`);
  }
  for (const key of keyring) {
    const plain = openWith(key, sealed, authenticated);
    if (plain === undefined) continue;
    if (isReplay?.(nonceOf(sealed))) throw new GossipWireError('replayed', 'it came before');
    return plain;
  }
  throw new GossipWireError('unreadable', 'encrypted by none of our keys, or damaged');
}

function openWith(
  key: KeyObject,
  sealed: Uint8Array,
  authenticated: Uint8Array,
): Uint8Array | undefined {
  const options = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(sealed), options)
    .setAAD(authenticated)
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return new Uint8Array(plain);
}

function nonceOf(sealed: Uint8Array): Uint8Array {
  return sealed.subarray(1, 1 + NONCE_BYTES);
}
