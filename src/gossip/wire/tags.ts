import { MsgpackReader } from '../../base/msgpack/reader.ts';
import { MsgpackWriter } from '../../base/msgpack/writer.ts';
import { tagsField } from './serf-structs.ts';
import { reading } from './wire-error.ts';

/** Serf's tagMagicByte: tags follow. */
const TAGS = 0xff;

/** The tags of a member, as its meta: at most 512 bytes, which is for the caller to see to. */
export function encodeTags(tags: ReadonlyMap<string, string>): Uint8Array {
  const writer = new MsgpackWriter().byte(TAGS);
  tagsField.write(writer, tags);
  return writer.bytes();
}

/**
 * The tags in a member's meta. Meta of no tags is, as in serf, a role.
 * @throws GossipWireError
 */
export function decodeTags(meta: Uint8Array): ReadonlyMap<string, string> {
  if (meta[0] !== TAGS) return new Map([['role', Buffer.from(meta).toString()]]);
  return reading('tags', () => tagsField.read(new MsgpackReader(meta, 1)));
}
