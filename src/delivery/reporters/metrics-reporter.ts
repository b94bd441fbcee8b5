import type { Clock } from '../../base/clock.ts';
import type { DeliveryStep } from '../../telemetry/metrics/delivery-metrics.ts';
import type { Metrics } from '../../telemetry/metrics/metrics.ts';
import type { Report, Reporter } from '../report.ts';

type Measured = Pick<Metrics, 'delivery'>;
type Delivered = Extract<Report, { kind: 'delivered' }>;

/** Counts what is reported. An AppRole becomes a label only once Vault has minted for it (S16). */
export function metricsReporter(metrics: Measured, clock: Clock): Reporter {
  const { delivery } = metrics;
  beginAtZero(metrics, '');
  for (const certainty of CERTAINTIES) delivery.interceptions.inc({ certainty }, 0);
  return { report: (report) => count(metrics, clock, report) };
}

type Certainty = Extract<Report, { kind: 'interception' }>['certainty'];
const CERTAINTIES: readonly Certainty[] = [
  'suspected',
  'possible',
  'delivered-but-not-seen-to-finish',
];

/** A counter that first appears at 1 hides its first event from rate() and increase(). */
function beginAtZero({ delivery }: Measured, approle: string): void {
  const { mints, mintFailures, pushes, pushFailures } = delivery;
  for (const counter of [mints, mintFailures, pushes, pushFailures]) counter.inc({ approle }, 0);
}

function count(metrics: Measured, clock: Clock, report: Report): void {
  const { delivery } = metrics;
  switch (report.kind) {
    case 'role-accepted':
      return beginAtZero(metrics, report.role);
    case 'minted':
      return delivery.mints.inc({ approle: report.role });
    case 'mint-failed':
      delivery.mints.inc({ approle: report.role ?? '' });
      return delivery.mintFailures.inc({ approle: report.role ?? '' });
    case 'pushed':
      return delivery.pushes.inc({ approle: report.role });
    case 'push-failed':
      // Where nobody listens yet nothing was pushed; the token is tried again.
      return report.reason.kind === 'not-listening' ? undefined : pushFailed(metrics, report.role);
    case 'unheard':
      return pushFailed(metrics, report.role);
    case 'delivered':
      return observe(metrics, clock, report);
    case 'interception':
      return delivery.interceptions.inc({ certainty: report.certainty });
    default:
      return;
  }
}

function pushFailed({ delivery }: Measured, approle: string): void {
  delivery.pushes.inc({ approle });
  delivery.pushFailures.inc({ approle });
}

/**
 * The node's clock says when the container started, in whole seconds; all after that is measured
 * here, on one clock. A node whose clock is ahead must not make a delivery take less than no time.
 */
function observe({ delivery }: Measured, clock: Clock, report: Delivered): void {
  const { times, containerStartedAt } = report;
  const reached: [DeliveryStep, number | undefined][] = [
    ['minted', times.minted],
    ['pushed', times.pushed],
    ['exchanged', times.answered],
    ['confirmed', times.delivered],
  ];
  let before = 0;
  for (const [step, at] of reached) {
    if (at === undefined) continue;
    delivery.steps.observe({ step }, Math.max(0, at - before) / 1_000);
    before = at;
  }
  if (containerStartedAt === undefined) return;
  const seen = Math.max(0, clock.wallClock() - times.delivered - containerStartedAt);
  delivery.steps.observe({ step: 'seen' }, seen / 1_000);
  delivery.duration.observe((seen + times.delivered) / 1_000);
}
