import { MsgpackReader } from '../../base/msgpack/reader.ts';
import {
  arrayOf,
  bytes,
  type Field,
  struct,
  text,
  uint8,
  uint64,
} from '../../base/msgpack/struct.ts';
import { MsgpackWriter } from '../../base/msgpack/writer.ts';
import type { HardState, Snapshot } from '../messages.ts';
import { decodeConfiguration, encodeConfiguration } from '../wire/configuration.ts';
import { entry } from '../wire/entries.ts';
import type { Change, KeptState } from './kept-state.ts';

/** Of the file. Whoever changes what is in it counts on, and reads what was there before. */
const FORMAT = 1;

/** Whose data it is, and all of it at one time: the first record of a file. */
export interface Beginning {
  readonly serverId: string;
  readonly state: KeptState;
}

/** A file of another program, or of this one in times to come. */
export class UnknownFormatError extends Error {
  override readonly name = 'UnknownFormatError';
}

const entries = arrayOf(entry, Number.MAX_SAFE_INTEGER);

const hardStateStruct = struct({ Term: uint64, VotedFor: text });
const hardState: Field<HardState> = {
  zero: { term: 0, votedFor: undefined },
  write: (writer, { term, votedFor = '' }) =>
    hardStateStruct.write(writer, { Term: term, VotedFor: votedFor }),
  read(reader) {
    const { Term, VotedFor } = hardStateStruct.read(reader);
    return { term: Term, votedFor: VotedFor === '' ? undefined : VotedFor };
  },
};

const snapshotStruct = struct({
  Configuration: bytes,
  ConfigurationIndex: uint64,
  Data: bytes,
  LastIndex: uint64,
  LastTerm: uint64,
});
const snapshot: Field<Snapshot> = {
  zero: {
    lastIndex: 0,
    lastTerm: 0,
    configuration: { servers: [] },
    configurationIndex: 0,
    data: new Uint8Array(0),
  },
  write: (writer, value) =>
    snapshotStruct.write(writer, {
      Configuration: encodeConfiguration(value.configuration),
      ConfigurationIndex: value.configurationIndex,
      Data: value.data,
      LastIndex: value.lastIndex,
      LastTerm: value.lastTerm,
    }),
  read(reader) {
    const wire = snapshotStruct.read(reader);
    return {
      lastIndex: wire.LastIndex,
      lastTerm: wire.LastTerm,
      configuration: decodeConfiguration(wire.Configuration),
      configurationIndex: wire.ConfigurationIndex,
      data: wire.Data,
    };
  },
};

const beginningStruct = struct({
  Entries: entries,
  Format: uint8,
  HardState: hardState,
  ServerId: text,
  Snapshot: optional(snapshot),
});

const changeStruct = struct({
  Append: optional(entries),
  DiscardThrough: optional(uint64),
  HardState: optional(hardState),
  TruncateAfter: optional(uint64),
});

export function encodeBeginning({ serverId, state }: Beginning): Uint8Array {
  const writer = new MsgpackWriter();
  beginningStruct.write(writer, {
    Entries: state.entries,
    Format: FORMAT,
    HardState: state.hardState,
    ServerId: serverId,
    Snapshot: state.snapshot,
  });
  return writer.bytes();
}

/** @throws UnknownFormatError, MsgpackError, RaftWireError */
export function decodeBeginning(payload: Uint8Array): Beginning {
  const wire = beginningStruct.read(new MsgpackReader(payload));
  if (wire.Format !== FORMAT) throw new UnknownFormatError(`its format is ${wire.Format}`);
  const { ServerId, HardState, Snapshot, Entries } = wire;
  const state = { hardState: HardState, snapshot: Snapshot, entries: Entries };
  return { serverId: ServerId, state };
}

/** Changes without a snapshot, for which a new file is begun. */
export function encodeChanges(changes: readonly Change[]): Uint8Array {
  const writer = new MsgpackWriter();
  for (const change of changes) {
    changeStruct.write(writer, {
      Append: change.append,
      DiscardThrough: change.discardThrough,
      HardState: change.hardState,
      TruncateAfter: change.truncateAfter,
    });
  }
  return writer.bytes();
}

/** @throws MsgpackError, RaftWireError */
export function decodeChanges(payload: Uint8Array): Change[] {
  const reader = new MsgpackReader(payload);
  const changes: Change[] = [];
  while (reader.position < payload.length) changes.push(changeOf(changeStruct.read(reader)));
  return changes;
}

function changeOf(wire: typeof changeStruct.zero): Change {
  return {
    ...(wire.HardState && { hardState: wire.HardState }),
    ...(wire.TruncateAfter !== undefined && { truncateAfter: wire.TruncateAfter }),
    ...(wire.Append && { append: wire.Append }),
    ...(wire.DiscardThrough !== undefined && { discardThrough: wire.DiscardThrough }),
  };
}

/** Nil where it is not there. */
function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    zero: undefined,
    write: (writer, value) =>
      value === undefined ? void writer.nil() : field.write(writer, value),
    read: (reader) => field.read(reader),
  };
}
