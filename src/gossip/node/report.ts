import { sanitize } from '../../base/sanitize.ts';
import type { GossipReport } from '../core/surface.ts';
import type { Endpoint } from '../messages.ts';
import type { WireFault } from '../wire/wire-error.ts';

/**
 * Why something that came was dropped: what is wrong with its bytes, or with the stream they came on:
 * - `late`: it did not say in time what it had to say;
 * - `cut`: it ended before.
 */
export type DropReason = WireFault | 'late' | 'cut';

/** For logs and counters. */
export type NodeReport =
  | GossipReport
  /** `from` is not known of what is within a message that others passed on. */
  | {
      readonly kind: 'dropped';
      readonly reason: DropReason;
      readonly from: Endpoint | undefined;
      readonly error: Error;
    }
  /** A stream to a member, or to whom we were asked to join, led to nothing. */
  | { readonly kind: 'unreached'; readonly to: Endpoint; readonly error: Error }
  /** A packet could not be sent. */
  | { readonly kind: 'unsent'; readonly to: Endpoint; readonly error: Error }
  /** What one of our own sockets says. */
  | { readonly kind: 'failed'; readonly error: Error };

/** A stream that came to nothing. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  /** The next round tries again by itself. */
  readonly retryable = true;
  readonly problem: 'late' | 'cut' | 'answer';

  constructor(problem: 'late' | 'cut' | 'answer', detail: string) {
    super(sanitize(detail));
    this.problem = problem;
  }
}
