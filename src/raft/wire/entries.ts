import { bytes, type Field, struct, uint8, uint64 } from '../../base/msgpack/struct.ts';
import type { Entry } from '../messages.ts';
import { decodeConfiguration, encodeConfiguration } from './configuration.ts';
import { RaftWireError } from './wire-error.ts';

/** What Go's time.MarshalBinary makes of the zero time: a server that does not tell. */
const NO_TIME = Buffer.from('01000000000000000000000000ffff', 'hex');

/** When the leader had it first: for people alone, in every format there ever was, and not kept. */
const appendedAt: Field<undefined> = {
  zero: undefined,
  write: (writer) => writer.raw(NO_TIME),
  read: (reader) => {
    reader.skip();
    return undefined;
  },
};

const log = struct({
  AppendedAt: appendedAt,
  Data: bytes,
  Extensions: bytes,
  Index: uint64,
  Term: uint64,
  Type: uint8,
});
type Log = typeof log.zero;

/** hashicorp's LogType. 2 and 3 are of protocol versions that are long gone. */
const TYPES = { command: 0, noop: 1, barrier: 4, configuration: 5 } as const;
const KINDS = new Map<number, Entry['kind']>([
  [TYPES.command, 'command'],
  [TYPES.noop, 'noop'],
  [TYPES.barrier, 'barrier'],
  [TYPES.configuration, 'configuration'],
]);

const NO_BYTES = new Uint8Array(0);

/** One entry as hashicorp's Log. */
export const entry: Field<Entry> = {
  zero: { kind: 'command', index: 0, term: 0, data: NO_BYTES },
  write: (writer, value) => log.write(writer, logOf(value)),
  read: (reader) => entryOf(log.read(reader)),
};

function logOf(value: Entry): Log {
  const { kind, index, term } = value;
  const data = kind === 'configuration' ? encodeConfiguration(value.configuration) : value.data;
  return {
    AppendedAt: undefined,
    Data: data,
    Extensions: NO_BYTES,
    Index: index,
    Term: term,
    Type: TYPES[kind],
  };
}

/** An entry that could not be told on as it came is refused: two logs must never differ in silence. */
function entryOf({ Data, Extensions, Index, Term, Type }: Log): Entry {
  const kind = KINDS.get(Type);
  if (kind === undefined) throw new RaftWireError(`an entry of type ${Type}`);
  if (Extensions.length > 0) throw new RaftWireError('an entry with extensions');
  const place = { index: Index, term: Term };
  if (kind !== 'configuration') return { ...place, kind, data: Data };
  return { ...place, kind, configuration: decodeConfiguration(Data) };
}
