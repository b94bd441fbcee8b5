import type { PodFacts } from '../../kube/pod-facts.ts';
import type { Reason } from '../reason.ts';
import type { PodRef } from '../report.ts';
import type { Delivery } from './state.ts';
import { report, type World } from './world.ts';

/** A container that has just started is not listening yet, on a busy node for seconds: worth a word only after this many attempts (about 5 s). */
const REFUSALS_WORTH_TELLING = 9;

/**
 * Reports why the pod waits: each kind of reason once for each start of its init container, and each
 * term. Who does not act is silent: the one who does tells.
 */
export function tell(world: World, delivery: Delivery, reason: Reason): void {
  const { state } = delivery;
  if (state.kind === 'hindered' || !world.acting) return;
  const { order } = state;
  if (reason.kind === 'not-listening' && order.refusals < REFUSALS_WORTH_TELLING) return;
  const topic = reason.kind === 'answered' ? `answered ${reason.result}` : reason.kind;
  if (order.told.has(topic)) return;
  order.told.add(topic);
  report(world, { kind: 'waiting', pod: refOf(delivery.facts), role: order.customer.role, reason });
}

export function refOf({ uid, namespace, name, serviceAccount, ips }: PodFacts): PodRef {
  return { uid, namespace, name, serviceAccount, ips };
}
