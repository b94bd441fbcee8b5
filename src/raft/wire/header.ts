import { int64, text } from '../../base/msgpack/struct.ts';
import { RaftWireError } from './wire-error.ts';

/** The only version that is spoken: servers are known by ids, and addresses may change. */
const PROTOCOL_VERSION = 3;

/** Who sends a message. */
export interface Sender {
  /** Empty where it does not say: hashicorp/raft before 1.3. */
  readonly id: string;
  /** Host and port. */
  readonly address: string;
}

/** The fields that begin every message of hashicorp's, inlined. */
export const header = { Addr: text, ID: text, ProtocolVersion: int64 };

interface Header {
  readonly Addr: string;
  readonly ID: string;
  readonly ProtocolVersion: number;
}

export function headerOf({ id, address }: Sender): Header {
  return { Addr: address, ID: id, ProtocolVersion: PROTOCOL_VERSION };
}

/**
 * @param fallback the address that stands elsewhere in messages of servers that know no header
 * @throws RaftWireError for another version of the protocol
 */
export function senderOf({ Addr, ID, ProtocolVersion }: Header, fallback = ''): Sender {
  if (ProtocolVersion !== PROTOCOL_VERSION) {
    throw new RaftWireError(`version ${ProtocolVersion} of the protocol, not ${PROTOCOL_VERSION}`);
  }
  return { id: ID, address: Addr === '' ? fallback : Addr };
}

/**
 * Who has answered. hashicorp/raft leaves the whole header out of some answers (InstallSnapshot's,
 * TimeoutNow's), and so says nothing of itself.
 * @throws RaftWireError for another version of the protocol
 */
export function answererOf(wire: Header): Sender {
  const isEmpty = wire.ProtocolVersion === 0 && wire.ID === '' && wire.Addr === '';
  return isEmpty ? { id: '', address: '' } : senderOf(wire);
}
