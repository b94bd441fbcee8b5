import type { Check } from '../telemetry/health/check.ts';
import { seeingCheck } from '../telemetry/health/seeing-check.ts';
import type { PodEvent } from './pod-event.ts';
import type { ReflectorReport } from './reflector/messages.ts';

/** Whether all pods have been listed and are being watched; it must be told what the reflector tells. */
export interface PodsCheck extends Check {
  heard(event: PodEvent): void;
  reported(report: ReflectorReport): void;
}

export function podsCheck(): PodsCheck {
  const { seen, trouble, ...check } = seeingCheck<'list' | 'watch'>({
    name: 'pods',
    unseen: 'not all pods have been listed yet',
  });
  return {
    ...check,
    heard({ kind }) {
      // A later list changes nothing: until it is whole, what is known stays good.
      if (kind === 'sync-finished') seen();
    },
    reported(report) {
      if (report.kind === 'failing') trouble(report.verb, report.error);
      if (report.kind === 'recovered') trouble(report.verb, undefined);
    },
  };
}
