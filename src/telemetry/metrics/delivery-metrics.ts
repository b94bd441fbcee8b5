import type { MetricKit } from './metric-kit.ts';

/** Seconds, from 10 ms to 5 min. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** The parts of a delivery, in their order. */
export const DELIVERY_STEPS = ['seen', 'minted', 'pushed', 'exchanged', 'confirmed'] as const;
export type DeliveryStep = (typeof DELIVERY_STEPS)[number];

export type DeliveryMetrics = ReturnType<typeof deliveryMetrics>;

/** What becomes of pods. */
export function deliveryMetrics(kit: MetricKit) {
  return { ...counts(kit), ...durations(kit), ...presentState(kit) };
}

/** `approle` is a role that Vault has minted for, or empty (S16). */
function counts({ counter }: MetricKit) {
  return {
    mints: counter(
      'vault_secret_id_requests_total',
      'Requests to Vault for a wrapped secret_id, failed ones included',
      ['approle'],
    ),
    mintFailures: counter(
      'vault_secret_id_requests_failures_total',
      'Requests for a wrapped secret_id that failed',
      ['approle'],
    ),
    pushes: counter(
      'server_secret_pushes_total',
      'Wrapped secret_ids that were pushed to an init container, or expired while none could be reached',
      ['approle'],
    ),
    pushFailures: counter(
      'server_secret_push_failures_total',
      'Pushes that the init container did not take, did not answer, or that never reached it before the wrapping token expired',
      ['approle'],
    ),
    interceptions: counter(
      'interceptions_total',
      'Wrapping tokens that somebody else may have used; look them up in the audit log of Vault',
      ['certainty'],
    ),
  };
}

function durations({ histogram }: MetricKit) {
  return {
    duration: histogram(
      'delivery_duration_seconds',
      "From the start of the init container to its good end as the controller sees it. The start is by the node's clock, in whole seconds: up to 1 s too much, and wrong by as much as the node's clock differs from the controller's",
      { buckets: BUCKETS },
    ),
    steps: histogram(
      'delivery_step_duration_seconds',
      "The parts of a delivery, one after the other. seen: from the container's start (node's clock, whole seconds) until the controller saw it; the others are by the controller's monotonic clock. minted: until Vault had minted; pushed: until the connection to the init container stood; exchanged: until it answered; confirmed: until its good end was seen",
      { buckets: BUCKETS, labels: ['step'] },
    ),
  };
}

function presentState({ gauge }: MetricKit) {
  return {
    waiting: gauge(
      'pods_waiting',
      'Pods whose init container runs and has no credential yet, by what they wait for, as the controller that acts sees them; the others count none',
      ['reason'],
    ),
    oldestWait: gauge(
      'oldest_wait_seconds',
      'How long the pod that has waited longest has been waiting since the controller saw its init container run, by what it waits for; 0 where none waits, and at controllers that do not act',
      ['reason'],
    ),
    hindered: gauge(
      'pods_hindered',
      'Pods that ask for a credential and cannot be served as they are, by what is in the way, as the controller that acts sees them; the others count none',
      ['reason'],
    ),
  };
}
