import { MESSAGE_TYPE } from './message-type.ts';

/** `[10][length]`, before the encrypted bytes of a stream. */
export const FRAME_HEADER_BYTES = 5;

/** @param length of the encrypted bytes */
export function frameHeader(length: number): Uint8Array {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt8(MESSAGE_TYPE.encrypted, 0);
  header.writeUInt32BE(length, 1);
  return header;
}
