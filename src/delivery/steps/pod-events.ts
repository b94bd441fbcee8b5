import type { PodEvent } from '../../kube/pod-event.ts';
import { type PodFacts, sameStart } from '../../kube/pod-facts.ts';
import { goodEnd } from '../policy/container-end.ts';
import { type Customer, type Judgement, judge } from '../policy/customer.ts';
import { cleanUpAfterList, cleanUpAfterPod, cleanUpAfterStarts, onGoodEnd } from './cleanup.ts';
import { observe, usesKnownToken } from './proof.ts';
import type { Delivery } from './state.ts';
import { refOf } from './telling.ts';
import { begin, leave, setState, settle } from './transitions.ts';
import { report, type World } from './world.ts';

export function onPodEvent(world: World, event: PodEvent): void {
  switch (event.kind) {
    case 'sync-started':
      world.sync += 1;
      return;
    case 'sync-finished':
      return dropUnreported(world);
    case 'pod':
      return onPod(world, event.facts);
    case 'gone':
      world.mints.forget(event.uid);
      drop(world, event.uid);
      return cleanUpAfterPod(world, event.uid);
    case 'pending-listed':
      return;
  }
}

function onPod(world: World, facts: PodFacts): void {
  const known = world.deliveries.get(facts.uid);
  const good = goodEnd(facts);
  const usesAnother = good !== undefined && usesKnownToken(known, good);
  if (known !== undefined) observe(world, known, facts);
  judgeAnew(world, facts);
  // Last, for what was just broken off belongs to it.
  if (good !== undefined) onGoodEnd(world, facts.uid, good, usesAnother);
  cleanUpAfterStarts(world, facts);
}

/** Serves the pod, or ends what was done for it, as the facts have it. */
function judgeAnew(world: World, facts: PodFacts): void {
  const judgement = judge(facts, world.options);
  if (judgement.kind === 'nothing') return drop(world, facts.uid);
  const delivery = world.deliveries.get(facts.uid) ?? add(world, facts);
  delivery.sync = world.sync;
  if (judgement.kind === 'hindered') hinder(world, delivery, facts, judgement);
  else serve(world, delivery, facts, judgement.customer);
}

function add(world: World, facts: PodFacts): Delivery {
  const state = { kind: 'hindered', by: 'init-container-not-running', detail: '' } as const;
  const delivery: Delivery = { facts, sync: world.sync, state };
  world.deliveries.set(facts.uid, delivery);
  return delivery;
}

function hinder(
  world: World,
  delivery: Delivery,
  facts: PodFacts,
  { by, detail }: Extract<Judgement, { kind: 'hindered' }>,
): void {
  const { state } = delivery;
  const isNews = state.kind !== 'hindered' || state.by !== by || state.detail !== detail;
  settle(world, delivery, false);
  setState(world, delivery, { kind: 'hindered', by, detail });
  delivery.facts = facts;
  if (isNews && world.acting) report(world, { kind: 'hindered', pod: refOf(facts), by, detail });
}

function serve(world: World, delivery: Delivery, facts: PodFacts, customer: Customer): void {
  const { state } = delivery;
  if (state.kind !== 'hindered' && sameCustomer(state.order.customer, customer)) {
    delivery.facts = facts;
    state.order.customer = customer;
    return;
  }
  settle(world, delivery, false);
  leave(world, delivery);
  delivery.facts = facts;
  delivery.state = { kind: 'hindered', by: 'init-container-not-running', detail: '' };
  begin(world, delivery, customer);
}

function sameCustomer(a: Customer, b: Customer): boolean {
  return sameStart(a.start, b.start) && a.role === b.role && a.ip === b.ip && a.port === b.port;
}

function drop(world: World, uid: string): void {
  const delivery = world.deliveries.get(uid);
  if (delivery === undefined) return;
  settle(world, delivery, false);
  leave(world, delivery);
  world.deliveries.delete(uid);
}

/** Pods that a whole list did not show are gone, though nobody saw them go. */
function dropUnreported(world: World): void {
  for (const [uid, delivery] of world.deliveries) {
    if (delivery.sync === world.sync) continue;
    drop(world, uid);
    cleanUpAfterPod(world, uid);
  }
  cleanUpAfterList(world);
}
