import { type ContainerStart, type PodFacts, sameStart } from '../../kube/pod-facts.ts';
import type { ActiveState, Delivery, Order } from './state.ts';
import { refOf } from './telling.ts';
import { backOff, leave, settle } from './transitions.ts';
import { report, type World } from './world.ts';

/** Looks whether the start that is being served has ended, and how: the proof of a delivery. */
export function observe(world: World, delivery: Delivery, facts: PodFacts): void {
  const { state } = delivery;
  if (state.kind === 'hindered') return;
  const end = endOf(state.order.customer.start, facts);
  if (end === undefined) return;
  if (end === 0) proven(world, delivery, state.order, facts);
  else reportNotFinished(world, delivery, state.order, end);
}

/** The exit code of that start, 0 also for a native sidecar that is started; undefined while it runs or nothing is known. */
function endOf(start: ContainerStart, { container }: PodFacts): number | undefined {
  if (container.kind === 'ended') {
    return sameStart(container.start, start) ? container.exitCode : undefined;
  }
  if (container.kind !== 'running') return undefined;
  if (sameStart(container.start, start)) return container.sidecarStarted ? 0 : undefined;
  const { previous } = container;
  return previous?.containerId === start.containerId ? previous?.exitCode : undefined;
}

function proven(world: World, delivery: Delivery, order: Order, facts: PodFacts): void {
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
    accessor: order.accessor,
    containerStartedAt: order.customer.startedAt,
    times: {
      minted: since(minted),
      pushed: since(pushed),
      answered: since(answered),
      delivered: world.now - seen,
    },
  });
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
