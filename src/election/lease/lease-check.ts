import { type SeeingCheck, seeingCheck } from '../../telemetry/health/seeing-check.ts';

/**
 * Whether this controller can take part: the Lease, or that there is none, has been seen or written,
 * and it neither fails to be followed nor to be read and written.
 */
export interface LeaseCheck extends SeeingCheck<'requests' | 'watch'> {
  /** It takes part no more. */
  stopping(): void;
}

export function leaseCheck(): LeaseCheck {
  const check = seeingCheck<'requests' | 'watch'>({
    name: 'election',
    unseen: 'the Lease has not been seen yet',
  });
  let isStopping = false;
  return {
    ...check,
    stopping() {
      isStopping = true;
    },
    state: () => (isStopping ? { reason: 'stopping' } : check.state()),
  };
}
