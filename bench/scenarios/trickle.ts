import { percentile } from '../report/statistics.ts';
import { deliveryRun } from './delivery-run.ts';
import { faultFigures, faults } from './faults.ts';
import { trickling } from './pace.ts';
import type { Scenario } from './scenario.ts';

const EVERY_MS = 100;
const GRACE_MS = 60_000;

/** Pods that come one by one. */
export function trickle(pods: number): Scenario {
  const lastsMs = pods * EVERY_MS;
  return {
    name: 'trickle',
    title: `Trickle: ${pods} pods, one each ${EVERY_MS} ms`,
    method:
      'The init containers start one after the other. The time runs from the sending of the status ' +
      'write that says Running to the push received: the API server’s own work on that write is in ' +
      'it. The line “answered” counts from the API server’s answer to the write instead; a push may ' +
      'arrive before that.',
    figures: [
      { id: 'p50', label: 'status sent → push, p50', unit: 'ms' },
      { id: 'p90', label: 'status sent → push, p90', unit: 'ms' },
      {
        id: 'p99',
        label: 'status sent → push, p99',
        unit: 'ms',
        target: { kind: 'times-floor', atMost: 1.4 },
      },
      { id: 'answered-p99', label: 'status answered → push, p99', unit: 'ms' },
      ...faultFigures,
    ],
    runSeconds: Math.round(lastsMs / 1_000 + 8),
    prepare: async (lab) => ({
      async measure(subject) {
        const run = { pods, pace: trickling(EVERY_MS), withinMs: lastsMs + GRACE_MS };
        const delivered = await deliveryRun(lab, subject, run);
        return {
          p50: percentile(delivered.fromSent, 50),
          p90: percentile(delivered.fromSent, 90),
          p99: percentile(delivered.fromSent, 99),
          'answered-p99': percentile(delivered.fromTaken, 99),
          ...faults(delivered),
        };
      },
      [Symbol.asyncDispose]: async () => {},
    }),
  };
}
