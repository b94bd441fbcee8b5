import {
  arrayOf,
  bool,
  bytes,
  type Field,
  int64,
  mapOf,
  nilWhenEmpty,
  struct,
  text,
  uint8,
  uint16,
  uint32,
  uint64,
} from '../../base/msgpack/struct.ts';

// The structs of serf's messages.go. Go's reader takes any number of items; more than these, each of
// a byte or some, are not what a cluster of controllers has.

const MOST_MEMBERS = 65_536;
/** Serf remembers the events of 512 Lamport times, unless told otherwise. */
const MOST_TIMES = 2_048;
const MOST_EVENTS = 256;
const MOST_FILTERS = 1_024;
const MOST_TAGS = 512;

/** A clock goes on from what it has heard of, which must leave it room to do so. */
const LATEST_TIME = 2 ** 52;

const lamportTime: Field<number> = {
  ...uint64,
  read: (reader) => reader.integer(0, LATEST_TIME),
};

export const joinStruct = struct({ LTime: lamportTime, Node: text });

export const leaveStruct = struct({ LTime: lamportTime, Node: text, Prune: bool });

export const eventStruct = struct({ CC: bool, LTime: lamportTime, Name: text, Payload: bytes });

export const queryStruct = struct({
  Addr: bytes,
  Filters: nilWhenEmpty(arrayOf(bytes, MOST_FILTERS)),
  Flags: uint32,
  ID: uint32,
  LTime: lamportTime,
  Name: text,
  Payload: bytes,
  Port: uint16,
  RelayFactor: uint8,
  SourceNode: text,
  Timeout: int64,
});

export const queryResponseStruct = struct({
  Flags: uint32,
  From: text,
  ID: uint32,
  LTime: lamportTime,
  Payload: bytes,
});

const seenEventStruct = struct({ Name: text, Payload: bytes });

const seenEventsStruct = struct({
  Events: arrayOf(seenEventStruct, MOST_EVENTS),
  LTime: lamportTime,
});

export const stateStruct = struct({
  EventLTime: lamportTime,
  Events: arrayOf(seenEventsStruct, MOST_TIMES),
  LTime: lamportTime,
  LeftMembers: arrayOf(text, MOST_MEMBERS),
  QueryLTime: lamportTime,
  StatusLTimes: mapOf(lamportTime, MOST_MEMBERS),
});

export const tagsField = mapOf(text, MOST_TAGS);
