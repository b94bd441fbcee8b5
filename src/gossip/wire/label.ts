import { MESSAGE_TYPE } from './message-type.ts';
import { GossipWireError } from './wire-error.ts';

const LONGEST_LABEL = 255;

/** `[244][length][label]`, before every packet and what a dialler sends; nothing for no label. */
export function labelHeader(label: string): Uint8Array {
  const bytes = Buffer.from(label);
  if (bytes.length === 0) return bytes;
  if (bytes.length > LONGEST_LABEL) throw new RangeError(`a label of ${bytes.length} bytes`);
  return Buffer.concat([Uint8Array.of(MESSAGE_TYPE.label, bytes.length), bytes]);
}

/**
 * What follows the label, which must be ours.
 * @throws GossipWireError
 */
export function withoutLabel(bytes: Uint8Array, label: string): Uint8Array {
  const header = labelHeader(label);
  const isLabelled = bytes[0] === MESSAGE_TYPE.label;
  const isOurs = isLabelled
    ? Buffer.compare(bytes.subarray(0, 2 + (bytes[1] ?? 0)), header) === 0
    : header.length === 0;
  if (!isOurs) throw new GossipWireError('label', 'not the label of this cluster');
  return bytes.subarray(header.length);
}
