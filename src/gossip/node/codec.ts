import type { SerfCodec } from '../serf/surface.ts';
import {
  decodeSerfMessage,
  decodeSerfState,
  encodeSerfMessage,
  encodeSerfState,
} from '../wire/serf-codec.ts';
import { GossipWireError } from '../wire/wire-error.ts';
import type { NodeReport } from './report.ts';

/** Serf's messages as they stand on the wire; what cannot be read is reported, and is nothing to us. */
export function serfCodec(report: (report: NodeReport) => void): SerfCodec {
  const readable = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof GossipWireError)) throw error;
      report({ kind: 'dropped', reason: error.fault, from: undefined, error });
      return undefined;
    }
  };
  return {
    encode: encodeSerfMessage,
    decode: (payload) => readable(() => decodeSerfMessage(payload)),
    encodeState: encodeSerfState,
    decodeState: (bytes) => readable(() => decodeSerfState(bytes)),
  };
}
