import { type Backoff, backoffDelay } from '../../base/backoff.ts';
import { hostPort } from '../../base/ip.ts';
import type { RoleName } from '../../wire/role-name.ts';
import type { Customer } from '../policy/customer.ts';
import type { Reason, RoleProblem, VaultProblem } from '../reason.ts';
import type { WrappingToken } from '../wrapping-token.ts';
import { isSent } from './attempts.ts';
import { destroyNow, outcomeUnknown } from './cleanup.ts';
import { forgetRole } from './roles.ts';
import {
  type ActiveState,
  type Delivery,
  newOrder,
  type Order,
  type ProofAnswer,
  type State,
} from './state.ts';
import { tell } from './telling.ts';
import type { Attempt, World } from './world.ts';

/** After an answer that is the pod's own, or none. */
const POD_BACKOFF: Backoff = { baseMs: 1_000, capMs: 60_000 };
/** Nobody listens: a container that has just started will in a moment, or in seconds on a node that starts many. */
const LISTEN_BACKOFF: Backoff = { baseMs: 20, capMs: 2_000 };
/** How long the pod's status may take to prove what the answer said. */
const PROOF_MS = 30_000;

/** The pod's init container runs and is to have a credential. */
export function begin(world: World, delivery: Delivery, customer: Customer): void {
  enqueue(world, delivery, newOrder(customer, world.now), undefined);
}

/** The pod waits for its turn: to connect where it has a token or must be probed, else to be minted for. */
export function enqueue(
  world: World,
  delivery: Delivery,
  order: Order,
  token: WrappingToken | undefined,
): void {
  setState(world, delivery, { kind: 'queued', order, token });
  if (token === undefined) tellWhatHoldsMinting(world, delivery, order);
}

/** Tells the pod what, if anything, keeps Vault from being asked for it. */
export function tellWhatHoldsMinting(world: World, delivery: Delivery, order: Order): void {
  const applicant = { namespace: delivery.facts.namespace, role: order.customer.role };
  const problem = whatHoldsMinting(world, applicant, world.now);
  if (problem !== undefined) tell(world, delivery, problem);
}

/** What, if anything, keeps Vault from being asked for a role on behalf of a namespace at `now` (ms, monotonic). */
export function whatHoldsMinting(
  world: World,
  { namespace, role }: { namespace: string; role: RoleName },
  now: number,
): RoleProblem | VaultProblem | undefined {
  const state = world.roles.stateOf(role);
  return state.kind === 'closed' ? state.problem : world.vault.problemFor(namespace, now);
}

/** The pod waits until a time (ms, monotonic), then for its turn. */
export function waitUntil(
  world: World,
  delivery: Delivery,
  order: Order,
  { reason, until, token }: { reason: Reason; until: number; token?: WrappingToken },
): void {
  setState(world, delivery, { kind: 'waiting', order, reason, until, token });
  tell(world, delivery, reason);
}

/** The pod's own failure: it waits, longer each time, and is minted for anew. */
export function backOff(world: World, delivery: Delivery, order: Order, reason: Reason): void {
  order.failures += 1;
  const until = world.now + backoffDelay(POD_BACKOFF, order.failures, world.random);
  waitUntil(world, delivery, order, { reason, until });
}

/** Nobody listens at the pod's address yet; the token, if it has one, is kept. */
export function awaitListener(
  world: World,
  delivery: Delivery,
  order: Order,
  { words, token }: { words: string; token: WrappingToken | undefined },
): void {
  order.refusals += 1;
  const until = world.now + backoffDelay(LISTEN_BACKOFF, order.refusals, world.random);
  const reason: Reason = { kind: 'not-listening', address: addressOf(order), words };
  waitUntil(world, delivery, order, { reason, until, ...(token === undefined ? {} : { token }) });
}

/** The init container says it has, or will have, its credential: its status must prove it. */
export function awaitProof(
  world: World,
  delivery: Delivery,
  order: Order,
  proof: { token: WrappingToken; answer: ProofAnswer },
): void {
  order.refusals = 0;
  setState(world, delivery, { kind: 'proving', order, ...proof, until: world.now + PROOF_MS });
}

/** Nothing helps but a new start of the init container. */
export function giveUp(world: World, delivery: Delivery, order: Order, reason: Reason): void {
  setState(world, delivery, { kind: 'given-up', order, reason });
  tell(world, delivery, reason);
}

/**
 * Ends what is under way for the pod: `well` where its init container has what it wanted. A push that
 * was sent is then left to finish; else it is broken off. A token that was not sent is destroyed.
 */
export function settle(world: World, delivery: Delivery, well: boolean): void {
  const { state } = delivery;
  if (state.kind === 'queued' || state.kind === 'waiting') {
    if (state.token !== undefined) destroyNow(world, state.token);
  }
  if (state.kind !== 'probing' && state.kind !== 'pushing') return;
  const attempt = world.attempts.get(state.attempt);
  if (attempt === undefined) return;
  const isLeft = well && isSent(attempt);
  attempt.overtaken = isLeft ? 'by-a-good-end' : 'broken-off';
  if (!isLeft) breakOff(world, attempt);
}

/** What was sent is cleaned up after from now on, for the result may come after the container's end. */
function breakOff(world: World, attempt: Attempt): void {
  world.actions.push({ kind: 'abort', attempt: attempt.id });
  const { token } = attempt;
  if (token !== undefined && isSent(attempt)) outcomeUnknown(world, attempt, token);
}

export function setState(world: World, delivery: Delivery, next: State): void {
  leave(world, delivery);
  delivery.state = next;
  const { uid } = delivery.facts;
  if (next.kind === 'queued') queueFor(world, next).add(ticket(delivery, next.order));
  if (next.kind === 'waiting' || next.kind === 'proving') {
    world.alarms.set({ kind: 'pod', uid, at: next.until });
  }
  if (delivery.facts.hostNetwork && usesAddress(next))
    world.addresses.set(addressOf(next.order), uid);
}

/** Takes the pod out of its queue, and its hands off an address that it shares. */
export function leave(world: World, delivery: Delivery): void {
  const { state } = delivery;
  if (state.kind === 'hindered') return;
  if (state.kind === 'queued') {
    queueFor(world, state).remove(ticket(delivery, state.order));
    forgetRole(world, state.order.customer.role);
  }
  const address = addressOf(state.order);
  if (world.addresses.get(address) === delivery.facts.uid) world.addresses.delete(address);
}

/** Whether another pod on the same node's network is being served at the pod's address. */
export function isAddressTaken(world: World, delivery: Delivery, order: Order): boolean {
  const owner = world.addresses.get(addressOf(order));
  return owner !== undefined && owner !== delivery.facts.uid;
}

/** `ip:port` of the init container. */
export function addressOf(order: Order): string {
  return hostPort(order.customer.ip, order.customer.port);
}

function usesAddress(state: State): state is Exclude<ActiveState, { kind: 'queued' | 'waiting' }> {
  return ['minting', 'probing', 'pushing', 'proving'].includes(state.kind);
}

type Queued = Extract<ActiveState, { kind: 'queued' }>;

function queueFor(world: World, { order, token }: Queued) {
  if (token !== undefined || order.mustProbe) return world.queues.connecting;
  return world.queues[world.roles.isProven(order.customer.role) ? 'proven' : 'unproven'];
}

function ticket(delivery: Delivery, order: Order) {
  const { namespace, uid } = delivery.facts;
  return { namespace, role: order.customer.role, uid };
}
