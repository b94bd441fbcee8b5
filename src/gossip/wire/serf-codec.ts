import { MsgpackReader } from '../../base/msgpack/reader.ts';
import type { Field } from '../../base/msgpack/struct.ts';
import { MsgpackWriter } from '../../base/msgpack/writer.ts';
import type { Query, SerfMessage, SerfState, UserEvent } from '../serf-messages.ts';
import { named } from './decode-message.ts';
import { ipToBytes } from './ip-bytes.ts';
import { readEndpoint } from './member-fields.ts';
import {
  eventStruct,
  joinStruct,
  leaveStruct,
  queryResponseStruct,
  queryStruct,
  stateStruct,
} from './serf-structs.ts';
import { GossipWireError, malformed, reading } from './wire-error.ts';

/** The first byte of a user message of serf's (its messages.go). */
const SERF_TYPE = { leave: 0, join: 1, state: 2, event: 3, query: 4, queryResponse: 5 } as const;

/** A message of serf's, as the payload of a user message of memberlist's. */
export function encodeSerfMessage(message: SerfMessage): Uint8Array {
  switch (message.kind) {
    case 'join':
      return encoded(SERF_TYPE.join, joinStruct, { LTime: message.time, Node: message.node });
    case 'leave':
      return encoded(SERF_TYPE.leave, leaveStruct, {
        LTime: message.time,
        Node: message.node,
        Prune: message.prune,
      });
    case 'event':
      return encoded(SERF_TYPE.event, eventStruct, {
        CC: message.coalesce,
        LTime: message.time,
        Name: message.name,
        Payload: message.payload,
      });
    case 'query':
      return encodeQuery(message);
    case 'query-response':
      return encoded(SERF_TYPE.queryResponse, queryResponseStruct, {
        Flags: message.flags,
        From: message.from,
        ID: message.id,
        LTime: message.time,
        Payload: message.payload,
      });
  }
}

function encodeQuery(query: Query): Uint8Array {
  return encoded(SERF_TYPE.query, queryStruct, {
    Addr: ipToBytes(query.source.host),
    Filters: query.filters,
    Flags: query.flags,
    ID: query.id,
    LTime: query.time,
    Name: query.name,
    Payload: query.payload,
    Port: query.source.port,
    RelayFactor: query.relayFactor,
    SourceNode: query.source.node,
    Timeout: query.timeoutNs,
  });
}

/**
 * The payload of a user message.
 * @throws GossipWireError `unknown-type` for what only serf's own agents use: key management, name
 * conflicts, relays
 */
export function decodeSerfMessage(payload: Uint8Array): SerfMessage {
  const type = payload[0];
  if (type === undefined) throw malformed('no message of serf');
  const decode = DECODERS[type];
  if (decode === undefined) throw new GossipWireError('unknown-type', `serf's type ${type}`);
  return reading(`serf's type ${type}`, () => decode(new MsgpackReader(payload, 1)));
}

const DECODERS: Readonly<Record<number, (reader: MsgpackReader) => SerfMessage>> = {
  [SERF_TYPE.join]: (reader) => {
    const fields = joinStruct.read(reader);
    return { kind: 'join', time: fields.LTime, node: named(fields.Node) };
  },
  [SERF_TYPE.leave]: (reader) => {
    const fields = leaveStruct.read(reader);
    return { kind: 'leave', time: fields.LTime, node: named(fields.Node), prune: fields.Prune };
  },
  [SERF_TYPE.event]: decodeEvent,
  [SERF_TYPE.query]: decodeQuery,
  [SERF_TYPE.queryResponse]: (reader) => {
    const { Flags, From, ID, LTime, Payload } = queryResponseStruct.read(reader);
    return {
      kind: 'query-response',
      time: LTime,
      id: ID,
      from: From,
      flags: Flags,
      payload: Payload,
    };
  },
};

function decodeEvent(reader: MsgpackReader): UserEvent {
  const { CC, LTime, Name, Payload } = eventStruct.read(reader);
  return { kind: 'event', time: LTime, name: Name, payload: Payload, coalesce: CC };
}

function decodeQuery(reader: MsgpackReader): Query {
  const fields = queryStruct.read(reader);
  return {
    kind: 'query',
    time: fields.LTime,
    id: fields.ID,
    source: { ...readEndpoint(fields.Addr, fields.Port), node: fields.SourceNode },
    filters: fields.Filters,
    relayFactor: fields.RelayFactor,
    timeoutNs: fields.Timeout,
    flags: fields.Flags,
    name: fields.Name,
    payload: fields.Payload,
  };
}

/** The user state of a push/pull. */
export function encodeSerfState(state: SerfState): Uint8Array {
  return encoded(SERF_TYPE.state, stateStruct, {
    EventLTime: state.eventTime,
    Events: state.events.map(({ time, events }) => ({
      Events: events.map(({ name, payload }) => ({ Name: name, Payload: payload })),
      LTime: time,
    })),
    LTime: state.time,
    LeftMembers: state.left,
    QueryLTime: state.queryTime,
    StatusLTimes: state.statusTimes,
  });
}

/**
 * The user state of a push/pull.
 * @throws GossipWireError
 */
export function decodeSerfState(userState: Uint8Array): SerfState {
  if (userState[0] !== SERF_TYPE.state) throw malformed('not a state of serf');
  const read = () => stateStruct.read(new MsgpackReader(userState, 1));
  const fields = reading("serf's state", read);
  const events = fields.Events.map(({ Events, LTime }) => ({
    time: LTime,
    events: Events.map(({ Name, Payload }) => ({ name: Name, payload: Payload })),
  }));
  return {
    time: fields.LTime,
    statusTimes: fields.StatusLTimes,
    left: fields.LeftMembers,
    eventTime: fields.EventLTime,
    // Serf sends its whole ring of events, and most of its places are empty.
    events: events.filter((seen) => seen.events.length > 0),
    queryTime: fields.QueryLTime,
  };
}

function encoded<T>(type: number, field: Field<T>, value: T): Uint8Array {
  const writer = new MsgpackWriter().byte(type);
  field.write(writer, value);
  return writer.bytes();
}
