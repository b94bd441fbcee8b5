import { MsgpackError } from './msgpack-error.ts';
import type { MsgpackReader } from './reader.ts';
import type { MsgpackWriter } from './writer.ts';

/** How one field of a Go struct is written and read. */
export interface Field<T> {
  /** Go's zero value: what is not there was this. */
  readonly zero: T;
  write(writer: MsgpackWriter, value: T): void;
  read(reader: MsgpackReader): T;
  /** Whether the field is left out of the struct when it has this value. */
  omits?(value: T): boolean;
}

/** A Go struct: a map by field names, named in the order in which Go writes them: the alphabet's. */
export type Fields<T> = { readonly [Key in keyof T]: Field<T[Key]> };

export const bool: Field<boolean> = {
  zero: false,
  write: (writer, value) => writer.bool(value),
  read: (reader) => reader.bool(),
};

export const uint8 = unsigned(0xff);
export const uint16 = unsigned(0xffff);
export const uint32 = unsigned(0xffff_ffff);
/** Only up to 2^53 - 1: more is refused, in both directions. */
export const uint64 = unsigned(Number.MAX_SAFE_INTEGER);

/** Only within 2^53; Go's int, too. */
export const int64: Field<number> = {
  zero: 0,
  write: (writer, value) => writer.int(value),
  read: (reader) => reader.integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
};

export const text: Field<string> = {
  zero: '',
  write: (writer, value) => writer.text(value),
  read: (reader) => reader.text(),
};

const NO_BYTES = new Uint8Array(0);

/** Go's []byte; the empty one is written as nil, which is what Go programs leave such fields at. */
export const bytes: Field<Uint8Array> = {
  zero: NO_BYTES,
  write: (writer, value) => (value.length === 0 ? writer.nil() : writer.raw(value)),
  read: (reader) => reader.raw(),
};

/** Go's `omitempty`. */
export function omitEmpty<T extends Uint8Array | string | number | boolean>(
  field: Field<T>,
): Field<T> {
  const isEmpty = (value: T) =>
    value instanceof Uint8Array ? value.length === 0 : value === field.zero;
  return { ...field, omits: isEmpty };
}

/** A slice of at most `most` items; of Go's nil slice, nil in MessagePack, the empty one is read. */
export function arrayOf<T>(item: Field<T>, most: number): Field<readonly T[]> {
  return {
    zero: [],
    write: (writer, values) => {
      writer.array(values.length);
      for (const value of values) item.write(writer, value);
    },
    read: (reader) => {
      const values: T[] = [];
      for (let left = atMost(most, reader.array()); left > 0; left -= 1) {
        values.push(readOrZero(reader, item));
      }
      return values;
    },
  };
}

/** A slice that Go programs leave at nil where it is empty. */
export function nilWhenEmpty<T>(slice: Field<readonly T[]>): Field<readonly T[]> {
  return {
    ...slice,
    write: (writer, values) => (values.length === 0 ? writer.nil() : slice.write(writer, values)),
  };
}

/**
 * A map by text, of at most `most` items. Go writes its maps in any order; this one is written in
 * the order of insertion.
 */
export function mapOf<T>(item: Field<T>, most: number): Field<ReadonlyMap<string, T>> {
  return {
    zero: new Map(),
    write: (writer, values) => {
      writer.map(values.size);
      for (const [key, value] of values) {
        writer.text(key);
        item.write(writer, value);
      }
    },
    read: (reader) => {
      const values = new Map<string, T>();
      for (let left = atMost(most, reader.map()); left > 0; left -= 1) {
        values.set(reader.text(), readOrZero(reader, item));
      }
      return values;
    },
  };
}

/** A struct as the field of another. */
export function struct<T extends object>(fields: Fields<T>): Field<T> {
  return {
    zero: zeroOf(fields),
    write: (writer, value) => writeFields(writer, fields, value),
    read: (reader) => readFields(reader, fields),
  };
}

function writeFields<T extends object>(writer: MsgpackWriter, fields: Fields<T>, value: T): void {
  const kept = keysOf(fields).filter((key) => !fields[key].omits?.(value[key]));
  writer.map(kept.length);
  for (const key of kept) {
    writer.text(String(key));
    fields[key].write(writer, value[key]);
  }
}

/** As Go reads a struct: unknown fields are skipped, absent ones and nil are the zero value. */
function readFields<T extends object>(reader: MsgpackReader, fields: Fields<T>): T {
  const value = zeroOf(fields);
  for (let left = reader.map(); left > 0; left -= 1) {
    const key = reader.text();
    if (isKey(fields, key)) readField(reader, fields, value, key);
    else reader.skip();
  }
  return value;
}

function readField<T extends object>(
  reader: MsgpackReader,
  fields: Fields<T>,
  value: T,
  key: keyof T,
): void {
  value[key] = readOrZero(reader, fields[key]);
}

function readOrZero<T>(reader: MsgpackReader, field: Field<T>): T {
  return reader.nil() ? field.zero : field.read(reader);
}

function zeroOf<T extends object>(fields: Fields<T>): T {
  return Object.fromEntries(keysOf(fields).map((key) => [key, fields[key].zero])) as T;
}

function keysOf<T extends object>(fields: Fields<T>): (keyof T)[] {
  return Object.keys(fields).filter((key) => isKey(fields, key));
}

function isKey<T extends object>(fields: Fields<T>, key: string): key is string & keyof T {
  return Object.hasOwn(fields, key);
}

/** One byte of input can become an object of hundreds, so that counts are limited besides lengths. */
function atMost(most: number, count: number): number {
  if (count > most) throw new MsgpackError('malformed', `${count} items, more than ${most}`);
  return count;
}

function unsigned(most: number): Field<number> {
  return {
    zero: 0,
    write: (writer, value) => writer.uint(value),
    read: (reader) => reader.integer(0, most),
  };
}
