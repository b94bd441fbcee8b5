import type { Field } from '../../base/msgpack/struct.ts';
import { MsgpackWriter } from '../../base/msgpack/writer.ts';
import type { Message } from '../messages.ts';
import { ipToBytes } from './ip-bytes.ts';
import { writeSource } from './member-fields.ts';
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

/** A message as memberlist writes it: one part of a packet, or the whole of it. */
export function encodeMessage(message: Message): Uint8Array {
  switch (message.kind) {
    case 'ping':
      return encoded(MESSAGE_TYPE.ping, pingStruct, {
        Node: message.node,
        SeqNo: message.sequence,
        ...writeSource(message.source),
      });
    case 'indirect-ping':
      return encoded(MESSAGE_TYPE.indirectPing, indirectPingStruct, {
        Nack: message.wantsNack,
        Node: message.node,
        Port: message.target.port,
        SeqNo: message.sequence,
        ...writeSource(message.source),
        Target: ipToBytes(message.target.host),
      });
    case 'ack':
      return encoded(MESSAGE_TYPE.ack, ackStruct, {
        Payload: message.payload,
        SeqNo: message.sequence,
      });
    case 'nack':
      return encoded(MESSAGE_TYPE.nack, nackStruct, { SeqNo: message.sequence });
    case 'user':
      return new MsgpackWriter().byte(MESSAGE_TYPE.user).verbatim(message.payload).bytes();
    case 'error':
      return encoded(MESSAGE_TYPE.error, errorStruct, { Error: message.words });
    default:
      return encodeNews(message);
  }
}

function encodeNews(message: Extract<Message, { readonly incarnation: number }>): Uint8Array {
  if (message.kind === 'alive') {
    return encoded(MESSAGE_TYPE.alive, aliveStruct, {
      Addr: ipToBytes(message.endpoint.host),
      Incarnation: message.incarnation,
      Meta: message.meta,
      Node: message.node,
      Port: message.endpoint.port,
      Vsn: Uint8Array.from(message.versions),
    });
  }
  return encoded(MESSAGE_TYPE[message.kind], accusationStruct, {
    From: message.from,
    Incarnation: message.incarnation,
    Node: message.node,
  });
}

function encoded<T>(type: number, struct: Field<T>, value: T): Uint8Array {
  const writer = new MsgpackWriter().byte(type);
  struct.write(writer, value);
  return writer.bytes();
}
