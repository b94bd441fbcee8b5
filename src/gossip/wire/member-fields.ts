import type { Endpoint, Versions } from '../messages.ts';
import { ipFromBytes, ipToBytes } from './ip-bytes.ts';
import { malformed } from './wire-error.ts';

/** memberlist's MetaMaxSize. */
const LONGEST_META = 512;

/** @throws GossipWireError */
export function readEndpoint(address: Uint8Array, port: number): Endpoint {
  if (port === 0) throw malformed('no port');
  return { host: ipFromBytes(address), port };
}

/** @throws GossipWireError */
export function readMeta(meta: Uint8Array): Uint8Array {
  if (meta.length > LONGEST_META) throw malformed(`${meta.length} bytes of meta`);
  return meta;
}

/** @throws GossipWireError */
export function readVersions(bytes: Uint8Array): Versions {
  const [a, b, c, d, e, f] = bytes;
  if (
    a === undefined ||
    b === undefined ||
    c === undefined ||
    d === undefined ||
    e === undefined ||
    f === undefined
  ) {
    throw malformed(`${bytes.length} versions`);
  }
  return [a, b, c, d, e, f];
}

type Source = Endpoint & { readonly node: string };

interface SourceFields {
  readonly SourceAddr: Uint8Array;
  readonly SourceNode: string;
  readonly SourcePort: number;
}

export function writeSource(source: Source | undefined): SourceFields {
  if (source === undefined) return { SourceAddr: new Uint8Array(0), SourceNode: '', SourcePort: 0 };
  return { SourceAddr: ipToBytes(source.host), SourceNode: source.node, SourcePort: source.port };
}

/**
 * Where the answer goes; to where the message came from, if this is not told.
 * @throws GossipWireError
 */
export function readSource(fields: SourceFields): { source?: Source } {
  if (fields.SourceAddr.length === 0 || fields.SourcePort === 0) return {};
  const { host, port } = readEndpoint(fields.SourceAddr, fields.SourcePort);
  return { source: { host, port, node: fields.SourceNode } };
}
