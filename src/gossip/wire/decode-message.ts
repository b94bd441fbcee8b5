import { MsgpackReader } from '../../base/msgpack/reader.ts';
import type { Ack, Alive, IndirectPing, Message, Ping, ProtocolError } from '../messages.ts';
import { readEndpoint, readMeta, readSource, readVersions } from './member-fields.ts';
import { MESSAGE_TYPE } from './message-type.ts';
import {
  accusationStruct,
  ackStruct,
  aliveStruct,
  errorStruct,
  indirectPingStruct,
  nackStruct,
  pingStruct,
} from './structs.ts';
import { GossipWireError, malformed, reading } from './wire-error.ts';

/**
 * A message as memberlist writes it.
 * @throws GossipWireError
 */
export function decodeMessage(bytes: Uint8Array): Message {
  const type = bytes[0];
  if (type === undefined) throw malformed('no message');
  if (type === MESSAGE_TYPE.user)
    return { kind: 'user', payload: new Uint8Array(bytes.subarray(1)) };
  const decode = DECODERS[type];
  if (decode === undefined) throw new GossipWireError('unknown-type', `message type ${type}`);
  return reading(`message type ${type}`, () => decode(new MsgpackReader(bytes, 1)));
}

type Decoder = (reader: MsgpackReader) => Message;

const DECODERS: Readonly<Record<number, Decoder>> = {
  [MESSAGE_TYPE.ping]: decodePing,
  [MESSAGE_TYPE.indirectPing]: decodeIndirectPing,
  [MESSAGE_TYPE.ack]: decodeAck,
  [MESSAGE_TYPE.nack]: (reader) => ({ kind: 'nack', sequence: nackStruct.read(reader).SeqNo }),
  [MESSAGE_TYPE.suspect]: (reader) => ({ kind: 'suspect', ...decodeAccusation(reader) }),
  [MESSAGE_TYPE.alive]: decodeAlive,
  [MESSAGE_TYPE.dead]: (reader) => ({ kind: 'dead', ...decodeAccusation(reader) }),
  [MESSAGE_TYPE.error]: decodeError,
};

/** @throws MsgpackError, GossipWireError */
export function decodePing(reader: MsgpackReader): Ping {
  const fields = pingStruct.read(reader);
  return { kind: 'ping', sequence: fields.SeqNo, node: fields.Node, ...readSource(fields) };
}

function decodeIndirectPing(reader: MsgpackReader): IndirectPing {
  const fields = indirectPingStruct.read(reader);
  return {
    kind: 'indirect-ping',
    sequence: fields.SeqNo,
    target: readEndpoint(fields.Target, fields.Port),
    node: fields.Node,
    wantsNack: fields.Nack,
    ...readSource(fields),
  };
}

/** @throws MsgpackError */
export function decodeAck(reader: MsgpackReader): Ack {
  const fields = ackStruct.read(reader);
  return { kind: 'ack', sequence: fields.SeqNo, payload: fields.Payload };
}

/** @throws MsgpackError */
export function decodeError(reader: MsgpackReader): ProtocolError {
  return { kind: 'error', words: errorStruct.read(reader).Error };
}

function decodeAccusation(reader: MsgpackReader) {
  const fields = accusationStruct.read(reader);
  return {
    incarnation: fields.Incarnation,
    node: named(fields.Node),
    from: fields.From,
  };
}

function decodeAlive(reader: MsgpackReader): Alive {
  const fields = aliveStruct.read(reader);
  return {
    kind: 'alive',
    incarnation: fields.Incarnation,
    node: named(fields.Node),
    endpoint: readEndpoint(fields.Addr, fields.Port),
    meta: readMeta(fields.Meta),
    versions: readVersions(fields.Vsn),
  };
}

/** A ping may be for whoever gets it; news are about someone. */
export function named(node: string): string {
  if (node === '') throw malformed('a member without a name');
  return node;
}
