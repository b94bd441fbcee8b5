import type { KubeError } from '../../kube/api/kube-error.ts';
import type { Check, CheckState } from '../../telemetry/health/check.ts';

/** Whether this controller can take part: it knows of the Lease, and nothing that it asks fails. */
export interface LeaseCheck extends Check {
  /** The Lease, or that there is none, has been seen or written. */
  known(): void;
  /** Why reads and writes fail, or why the Lease cannot be followed; undefined: they do not any more. */
  trouble(of: 'requests' | 'watch', error: KubeError | undefined): void;
  /** It takes part no more. */
  stopping(): void;
}

export function leaseCheck(): LeaseCheck {
  const troubles = new Map<'requests' | 'watch', string>();
  let isKnown = false;
  let isStopping = false;
  return {
    name: 'election',
    known() {
      isKnown = true;
    },
    trouble(of, error) {
      if (error === undefined) troubles.delete(of);
      else troubles.set(of, error.message);
    },
    stopping() {
      isStopping = true;
    },
    state(): CheckState {
      if (isStopping) return { reason: 'stopping' };
      const [trouble] = troubles.values();
      if (trouble !== undefined) return { reason: trouble };
      return isKnown ? 'ok' : { reason: 'the Lease has not been seen yet' };
    },
  };
}
