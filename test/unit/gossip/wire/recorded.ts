import { createSecretKey, type KeyObject } from 'node:crypto';
import memberlist from './fixtures/memberlist.json' with { type: 'json' };
import serf from './fixtures/serf.json' with { type: 'json' };

/** What Go's memberlist wrote (test/go/gossip-wire). */
export const recorded = {
  messages: bytesOf(memberlist.messages),
  packets: bytesOf(memberlist.packets),
  streams: bytesOf(memberlist.streams),
  serf: bytesOf(serf),
};

export const recordedCompressions = memberlist.compressed.map(({ length, alphabet, bytes }) => ({
  length,
  alphabet,
  bytes: new Uint8Array(Buffer.from(bytes, 'base64')),
}));

/** The keys of the recordings. */
export const KEY_ONE: KeyObject = createSecretKey(Buffer.alloc(32, 1));
export const KEY_TWO: KeyObject = createSecretKey(Buffer.alloc(32, 2));

export function namesOf<Name extends string>(section: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(section) as Name[];
}

function bytesOf<Name extends string>(
  section: Readonly<Record<Name, string>>,
): Readonly<Record<Name, Uint8Array>> {
  const bytes: Partial<Record<Name, Uint8Array>> = {};
  for (const name of namesOf(section)) {
    bytes[name] = new Uint8Array(Buffer.from(section[name], 'base64'));
  }
  return bytes as Record<Name, Uint8Array>;
}
