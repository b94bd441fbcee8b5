import { NONCE_BYTES } from '../wire/keyring.ts';
import type { Envelope } from '../wire/packet.ts';
import { replayFilter } from '../wire/replays.ts';
import type { GossipNodeParts } from './parts.ts';

/** How what we say is sealed, and what others say is opened. */
export interface Sealing {
  /** As it is now: keys may change. */
  envelope(): Envelope;
  /** Of another one each time. */
  nonce(): Uint8Array;
}

/** What 20 controllers at rest say in a quarter of an hour. */
const REMEMBERED_NONCES = 4_096;

export function sealing({ label, keyring, randomBytes }: GossipNodeParts): Sealing {
  const isReplay = replayFilter(REMEMBERED_NONCES);
  return {
    envelope: () => ({ label, keyring: keyring(), isReplay }),
    nonce: () => randomBytes(NONCE_BYTES),
  };
}
