import { MsgpackReader } from '../../base/msgpack/reader.ts';
import { arrayOf, int64, struct, text } from '../../base/msgpack/struct.ts';
import { MsgpackWriter } from '../../base/msgpack/writer.ts';
import type { Configuration, ServerInfo } from '../messages.ts';
import { RaftWireError, readIfComplete } from './wire-error.ts';

/** Far more than any cluster has. */
const MOST_SERVERS = 1_000;
const SUFFRAGE = ['voter', 'nonvoter'] as const;

const server = struct({ Address: text, ID: text, Suffrage: int64 });
const configuration = struct({ Servers: arrayOf(server, MOST_SERVERS) });

/** As it stands within an entry or a snapshot: hashicorp's EncodeConfiguration. */
export function encodeConfiguration({ servers }: Configuration): Uint8Array {
  const writer = new MsgpackWriter();
  const wire = servers.map(({ id, address, suffrage }) => ({
    Address: address,
    ID: id,
    Suffrage: SUFFRAGE.indexOf(suffrage),
  }));
  configuration.write(writer, { Servers: wire });
  return writer.bytes();
}

/**
 * Reads what encodeConfiguration or hashicorp wrote, and whatever follows it is not read.
 * @throws RaftWireError also for one that hashicorp's checkConfiguration refuses: a server without
 * an id or an address, or two with the same. (That none may vote is no such reason: it is what an
 * empty log says.)
 */
export function decodeConfiguration(bytes: Uint8Array): Configuration {
  const read = readIfComplete(() => configuration.read(new MsgpackReader(bytes)));
  if (read === undefined) throw new RaftWireError('a configuration that ends before its time');
  const servers = read.Servers.map(
    ({ Address, ID, Suffrage }): ServerInfo => ({
      id: ID,
      address: Address,
      suffrage: suffrageOf(Suffrage),
    }),
  );
  checkDistinct(servers.map(({ id }) => id));
  checkDistinct(servers.map(({ address }) => address));
  return { servers };
}

function suffrageOf(value: number): ServerInfo['suffrage'] {
  const suffrage = SUFFRAGE[value];
  if (suffrage === undefined) throw new RaftWireError(`a server of suffrage ${value}`);
  return suffrage;
}

function checkDistinct(names: readonly string[]): void {
  if (names.includes('')) throw new RaftWireError('a server without an id or an address');
  if (new Set(names).size < names.length) {
    throw new RaftWireError('a configuration with the same id or address twice');
  }
}
