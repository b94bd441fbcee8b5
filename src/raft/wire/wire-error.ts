import { MsgpackError } from '../../base/msgpack/msgpack-error.ts';

/**
 * Bytes that no sound server of this protocol sends, or more of them than are taken. The connection
 * they came on is of no more use: nobody knows where the next message begins.
 */
export class RaftWireError extends Error {
  override readonly name = 'RaftWireError';
}

/**
 * What `read` returns, or undefined where the bytes end before it does.
 * @throws RaftWireError for bytes that are not what they should be
 */
export function readIfComplete<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MsgpackError)) throw error;
    if (error.kind === 'truncated') return undefined;
    throw new RaftWireError(error.message, { cause: error });
  }
}
