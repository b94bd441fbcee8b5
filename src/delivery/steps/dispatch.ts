import type { Ticket } from '../policy/fair-queue.ts';
import { usableUntil, type WrappingToken } from '../wrapping-token.ts';
import { destroyNow } from './cleanup.ts';
import type { Delivery, Order } from './state.ts';
import { refOf } from './telling.ts';
import { addressOf, enqueue, isAddressTaken, setState, waitUntil } from './transitions.ts';
import { type Attempt, newId, report, type Slot, type World } from './world.ts';

const ADDRESS_RETRY_MS = 1_000;
/** A mint holds the slots of the push that follows, so that no token waits for one. */
const MINT_SLOTS: readonly Slot[] = ['minting', 'connecting', 'answering'];
const PUSH_SLOTS: readonly Slot[] = ['connecting', 'answering'];
const PROBE_SLOTS: readonly Slot[] = ['connecting'];

/** Starts all that may start now: pushes first, whose tokens age. */
export function dispatch(world: World): void {
  if (world.acting) serve(world);
  destroyDue(world);
}

function serve(world: World): void {
  for (;;) {
    const { connecting } = world.queues;
    const ticket = connecting.take((namespace) => mayTake(world, namespace, PUSH_SLOTS));
    if (ticket === undefined) break;
    connect(world, ticket);
  }
  for (;;) {
    const ticket = nextToMint(world);
    if (ticket === undefined) break;
    mint(world, ticket);
  }
}

/** What this controller has minted it cleans up, whether it acts or not; but not while Vault fails. */
function destroyDue(world: World): void {
  while (world.cleanups.hasDue && isNow(world, world.vault.opensAt(world.now))) {
    const cleanup = world.cleanups.takeDue();
    if (cleanup === undefined) return;
    world.actions.push({ kind: 'destroy', cleanup: cleanup.id, token: cleanup.token });
  }
}

function mayTake(world: World, namespace: string, slots: readonly Slot[]): boolean {
  return slots.every((slot) => world.slots[slot].mayTake(namespace));
}

/** A role's first pod goes before: it is quick, bounded by rate, and shows whether Vault has the role. */
function nextToMint(world: World): Ticket | undefined {
  const { vault, queues, unprovenRate, now } = world;
  if (!isNow(world, vault.opensAt(now))) return undefined;
  isNow(world, vault.admitsNextAt(now));
  const mayServe = (namespace: string) =>
    vault.admits(namespace, now) && mayTake(world, namespace, MINT_SLOTS);
  const first = isNow(world, unprovenRate.allowsAt(now)) && queues.unproven.take(mayServe);
  return first || queues.proven.take(mayServe);
}

/** Whether the time (ms, monotonic) has come; else the core is woken for another look when it comes. */
function isNow(world: World, time: number | undefined): boolean {
  if (time === undefined) return false;
  if (time > world.now) world.alarms.dispatchAt(time);
  return time <= world.now;
}

function connect(world: World, ticket: Ticket): void {
  const next = queuedBehind(world, ticket);
  if (next === undefined) return;
  const { delivery, order, token } = next;
  if (token === undefined) return startProbe(world, delivery, order);
  if (usableUntil(token) <= world.now) return expire(world, delivery, order, token);
  startPush(world, delivery, newAttempt(world, delivery, order, PUSH_SLOTS), token);
}

/** The token's time is over: a new one is minted, after a connection shows that it could be used. */
function expire(world: World, delivery: Delivery, order: Order, token: WrappingToken): void {
  report(world, { kind: 'unheard', pod: refOf(delivery.facts), role: order.customer.role });
  destroyNow(world, token);
  order.mustProbe = true;
  enqueue(world, delivery, order, undefined);
}

function startProbe(world: World, delivery: Delivery, order: Order): void {
  const { id } = newAttempt(world, delivery, order, PROBE_SLOTS);
  setState(world, delivery, { kind: 'probing', order, attempt: id });
  const { ip, port } = order.customer;
  world.actions.push({ kind: 'probe', attempt: id, ip, port });
}

/** Starts the push of an attempt that holds its slots. */
export function startPush(
  world: World,
  delivery: Delivery,
  attempt: Attempt,
  token: WrappingToken,
): void {
  const { order, id } = attempt;
  attempt.token = token;
  setState(world, delivery, { kind: 'pushing', order, attempt: id, token });
  const { ip, port } = order.customer;
  world.actions.push({ kind: 'push', attempt: id, ip, port, token });
}

function mint(world: World, ticket: Ticket): void {
  const next = queuedBehind(world, ticket);
  if (next === undefined) return;
  const { delivery, order } = next;
  const { uid } = delivery.facts;
  const until = world.mints.mayMintAt(uid, world.now);
  if (until > world.now) {
    return waitUntil(world, delivery, order, { reason: { kind: 'mint-limit' }, until });
  }
  world.mints.record(uid, world.now);
  const { id, pod, role } = newAttempt(world, delivery, order, MINT_SLOTS);
  world.vault.ask(id, pod.namespace);
  if (!world.roles.isProven(role)) {
    world.unprovenRate.take(world.now);
    world.roles.try(role, id);
    world.queues.unproven.park(role);
  }
  setState(world, delivery, { kind: 'minting', order, attempt: id });
  world.actions.push({ kind: 'mint', attempt: id, role, pod });
}

/** The pod behind a ticket that was just taken, looked at again as the cache has it now (S6), and what it is queued with. */
function queuedBehind(world: World, ticket: Ticket) {
  const delivery = world.deliveries.get(ticket.uid);
  if (delivery?.state.kind !== 'queued') return undefined;
  const { order, token } = delivery.state;
  if (isAddressTaken(world, delivery, order)) {
    const reason = { kind: 'address-shared', address: addressOf(order) } as const;
    const until = world.now + ADDRESS_RETRY_MS;
    waitUntil(world, delivery, order, { reason, until, ...(token === undefined ? {} : { token }) });
    return undefined;
  }
  return { delivery, order, token };
}

function newAttempt(
  world: World,
  { facts }: Delivery,
  order: Order,
  slots: readonly Slot[],
): Attempt {
  const id = newId(world);
  const pod = refOf(facts);
  const { role } = order.customer;
  for (const slot of slots) world.slots[slot].take(pod.namespace);
  const holds = new Set(slots);
  const attempt = { id, pod, role, order, holds, token: undefined, overtaken: undefined };
  world.attempts.set(id, attempt);
  return attempt;
}
