import { messageOf } from '../../base/message-of.ts';
import { sanitize } from '../../base/sanitize.ts';

export type TransportProblem =
  /** No connection stood. */
  | 'unreachable'
  /** The connection ended before the answer. */
  | 'lost'
  /** No answer in time. */
  | 'late'
  /** What came back is no answer. */
  | 'malformed'
  /** It was answered that there is no answer. */
  | 'refused'
  /** Too many requests wait for that server as it is. */
  | 'busy'
  /** We closed it. */
  | 'closed';

/** A request that was not answered. Whether it was received nobody knows; it may be sent again. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly problem: TransportProblem;

  /** @param detail goes on after the address; from outside, perhaps */
  constructor(problem: TransportProblem, address: string, detail: string, cause?: unknown) {
    super(`${address}: ${sanitize(detail)}`, { cause });
    this.problem = problem;
  }
}

export function transportError(
  problem: TransportProblem,
  address: string,
  cause: unknown,
): TransportError {
  if (cause instanceof TransportError) return cause;
  return new TransportError(problem, address, messageOf(cause), cause);
}
