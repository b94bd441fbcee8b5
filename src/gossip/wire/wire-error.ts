import { MsgpackError } from '../../base/msgpack/msgpack-error.ts';

/**
 * What is wrong with bytes that came:
 * - `label`: they are of another cluster, or not labelled as they should be;
 * - `unreadable`: no key of ours opens them, or they are plain where they must be encrypted;
 * - `replayed`: the very same came before;
 * - `checksum`: they were damaged on their way;
 * - `too-large`: they are, or unpack to, more than is taken;
 * - `unknown-type`: a message that there is not, or not in this place;
 * - `malformed`: anything else.
 */
export type WireFault =
  | 'label'
  | 'unreadable'
  | 'replayed'
  | 'checksum'
  | 'too-large'
  | 'unknown-type'
  | 'malformed';

/** Bytes of another that cannot be taken: to be counted by `fault`, and dropped. */
export class GossipWireError extends Error {
  override readonly name = 'GossipWireError';
  readonly fault: WireFault;

  constructor(fault: WireFault, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.fault = fault;
  }
}

export function malformed(detail: string): GossipWireError {
  return new GossipWireError('malformed', detail);
}

/**
 * What `read` returns.
 * @throws GossipWireError in place of MsgpackError
 */
export function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MsgpackError)) throw error;
    throw new GossipWireError('malformed', `${what}: ${error.message}`, { cause: error });
  }
}

/**
 * What `read` returns, or undefined where the bytes end before it does.
 * @throws GossipWireError in place of MsgpackError
 */
export function readIfComplete<T>(what: string, read: () => T): T | undefined {
  return reading(what, () => {
    try {
      return read();
    } catch (error) {
      if (error instanceof MsgpackError && error.kind === 'truncated') return undefined;
      throw error;
    }
  });
}
