import type { Check, CheckState } from '../telemetry/health/check.ts';
import type { PodEvent } from './pod-event.ts';
import type { ReflectorReport } from './reflector/messages.ts';

/** Whether all pods have been listed and are being watched; it must be told what the reflector tells. */
export interface PodsCheck extends Check {
  heard(event: PodEvent): void;
  reported(report: ReflectorReport): void;
}

export function podsCheck(): PodsCheck {
  let listed = false;
  const troubles = new Map<'list' | 'watch', string>();
  return {
    name: 'pods',
    heard({ kind }) {
      // A later list changes nothing: until it is whole, what is known stays good.
      if (kind === 'sync-finished') listed = true;
    },
    reported(report) {
      if (report.kind === 'failing') troubles.set(report.verb, report.error.message);
      if (report.kind === 'recovered') troubles.delete(report.verb);
    },
    state(): CheckState {
      const [trouble] = troubles.values();
      if (trouble !== undefined) return { reason: trouble };
      return listed ? 'ok' : { reason: 'not all pods have been listed yet' };
    },
  };
}
