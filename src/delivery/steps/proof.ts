import { type ContainerStart, type PodFacts, sameStart } from '../../kube/pod-facts.ts';
import { endOf } from '../policy/container-end.ts';
import { isSent } from './attempts.ts';
import { outcomeUnknown } from './cleanup.ts';
import type { ActiveState, Delivery, Order } from './state.ts';
import { refOf } from './telling.ts';
import { backOff, leave, settle } from './transitions.ts';
import { report, type World } from './world.ts';

/** Looks whether the start that is being served has ended, and how: the proof of a delivery. */
export function observe(world: World, delivery: Delivery, facts: PodFacts): void {
  if (delivery.state.kind === 'hindered') return;
  const { order } = delivery.state;
  const end = endOf(order.customer.start, facts);
  if (end === 0) return proven(world, delivery, order, facts);
  if (end !== undefined) notFinished(world, delivery, order, end);
}

/** Whether that start answered that it took, or exchanged, the push that its pod's state knows. */
export function usesKnownToken(delivery: Delivery | undefined, start: ContainerStart): boolean {
  if (delivery?.state.kind !== 'proving' || delivery.state.answer === 'done') return false;
  return sameStart(delivery.state.order.customer.start, start);
}

function notFinished(world: World, delivery: Delivery, order: Order, end: number): void {
  const { state, facts } = delivery;
  // At rest a container that was pushed nothing from here is another controller's.
  const isOurs = world.acting || state.kind === 'proving' || state.kind === 'pushing';
  if (isOurs) reportNotFinished(world, delivery, order, end);
  // What was answered `done` is destroyed already.
  if (state.kind !== 'proving' || state.answer === 'done') return;
  outcomeUnknown(world, { pod: refOf(facts), order }, state.token);
}

function proven(world: World, delivery: Delivery, order: Order, facts: PodFacts): void {
  const accessor = accessorInUse(world, delivery);
  settle(world, delivery, true);
  leave(world, delivery);
  world.deliveries.delete(facts.uid);
  if (order.times.pushed === undefined) return;
  const { seen, minted, pushed, answered } = order.times;
  const since = (time: number | undefined) => (time === undefined ? undefined : time - seen);
  report(world, {
    kind: 'delivered',
    pod: refOf(facts),
    role: order.customer.role,
    accessor,
    containerStartedAt: order.customer.startedAt,
    times: {
      minted: since(minted),
      pushed: since(pushed),
      answered: since(answered),
      delivered: world.now - seen,
    },
  });
}

/** Of the secret_id that the init container most likely used; undefined where another controller pushed it. */
function accessorInUse(world: World, { state }: Delivery): string | undefined {
  if (state.kind === 'hindered') return undefined;
  if (state.kind === 'proving' && state.answer !== 'done') return state.token.accessor;
  const attempt = state.kind === 'pushing' ? world.attempts.get(state.attempt) : undefined;
  const sent = attempt !== undefined && isSent(attempt) ? attempt.token : undefined;
  return sent === undefined ? state.order.unknownAccessor : sent.accessor;
}

/** The pod's status did not prove in time what the init container had answered: the pod is served again. */
export function onNotFinished(
  world: World,
  delivery: Delivery,
  { order }: Extract<ActiveState, { kind: 'proving' }>,
): void {
  reportNotFinished(world, delivery, order, undefined);
  backOff(world, delivery, order, { kind: 'not-finished' });
}

/** It ended without its credential, or it has it and did not get to use it: then somebody else may have. */
function reportNotFinished(
  world: World,
  { facts, state }: Delivery,
  { customer }: Order,
  exitCode: number | undefined,
): void {
  const pod = refOf(facts);
  const { role } = customer;
  report(world, { kind: 'not-finished', pod, role, exitCode });
  if (state.kind !== 'proving' || state.answer !== 'exchanged') return;
  const { accessor } = state.token;
  const certainty = 'delivered-but-not-seen-to-finish';
  report(world, { kind: 'interception', certainty, pod, role, accessor });
}
