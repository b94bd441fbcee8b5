import { percentile } from '../report/statistics.ts';
import { deliveryRun, WRITES_AT_ONCE } from './delivery-run.ts';
import { faultFigures, faults } from './faults.ts';
import { bursting } from './pace.ts';
import type { Scenario } from './scenario.ts';

const GRACE_MS = 60_000;
/** Generous: a busy machine takes half of it. */
const MS_PER_POD = 30;

/** Pods that start as fast as the API server takes their statuses. */
export function burst(pods: number): Scenario {
  return {
    name: `burst${pods}`,
    title: `Burst: ${pods.toLocaleString('en')} pods at once`,
    method:
      `The pods exist; then the statuses that say Running are written, ${WRITES_AT_ONCE} at a time. ` +
      'While that goes on, each init container that has been pushed to is reported as ended. ' +
      'A controller is to push again to one that was not within 30 s: where the rig was that late, ' +
      'as its last line shows, such a push is not one too many.',
    figures: [
      {
        id: 'total',
        label: 'first status sent → last push',
        unit: 's',
        target: { kind: 'times-floor', atMost: 1.3 },
      },
      { id: 'p99', label: 'status sent → push, p99', unit: 'ms' },
      { id: 'cpu', label: 'CPU for each pod', unit: 'ms/pod' },
      {
        id: 'peak',
        label: 'most resident memory',
        unit: 'MB',
        target: { kind: 'absolute', atMost: 160 },
      },
      ...faultFigures,
      { id: 'slowest-end', label: 'push → end reported by the rig, slowest', unit: 's' },
    ],
    runSeconds: Math.round(8 + pods * 0.0065),
    prepare: async (lab) => ({
      async measure(subject) {
        const withinMs = GRACE_MS + pods * MS_PER_POD;
        const run = { pods, pace: bursting(WRITES_AT_ONCE), withinMs };
        const delivered = await deliveryRun(lab, subject, run);
        return {
          total: delivered.totalMs / 1_000,
          p99: percentile(delivered.fromSent, 99),
          cpu: delivered.cpuMsPerPod,
          peak: delivered.peakMb,
          ...faults(delivered),
          'slowest-end': delivered.slowestEnd / 1_000,
        };
      },
      [Symbol.asyncDispose]: async () => {},
    }),
  };
}
