import type { RoleName } from '../wire/role-name.ts';
import type { Action } from './action.ts';
import type { Input } from './input.ts';
import type { Alarm } from './policy/alarm-clock.ts';
import { type Counted, census } from './steps/census.ts';
import { onDestroyed } from './steps/cleanup.ts';
import { dispatch } from './steps/dispatch.ts';
import { onMinted, onMintFailed, onSelfLookedUp } from './steps/mint-results.ts';
import { onPodEvent } from './steps/pod-events.ts';
import { onNotFinished } from './steps/proof.ts';
import { onConnected, onProbed, onPushed } from './steps/push-results.ts';
import { reopenRole } from './steps/roles.ts';
import { onTokenLookedUp } from './steps/suspicion.ts';
import { beginTerm, endTerm, tellAtBeginning } from './steps/terms.ts';
import { enqueue } from './steps/transitions.ts';
import { type DeliveryOptions, newWorld, type World } from './steps/world.ts';

/**
 * Decides for every pod what is done next about its credential. Pure: it is told what happened and
 * when, and returns what is to be done; it never waits, reads a clock, draws a number or logs.
 */
export class DeliveryCore {
  readonly #world: World;

  constructor(options: DeliveryOptions) {
    this.#world = newWorld(options);
  }

  /**
   * Takes one input and returns the actions that follow, in order.
   * @param now ms on a monotonic clock, never less than before
   * @param random a fresh number from 0 to 1, for jitter
   */
  step(input: Input, now: number, random: number): Action[] {
    const world = this.#world;
    world.now = now;
    world.random = random;
    world.actions = [];
    const begins = input.kind === 'act' && !world.acting;
    take(world, input);
    ringAlarms(world);
    dispatch(world);
    if (begins) tellAtBeginning(world);
    return world.actions;
  }

  /** When (ms, monotonic) to `wake` it if nothing happens before. */
  nextWake(): number | undefined {
    return this.#world.alarms.next();
  }

  /** Whether anything is in flight, or a secret_id still to be destroyed now. */
  isBusy(): boolean {
    return this.#world.attempts.size > 0 || this.#world.cleanups.isBusy;
  }

  /** Every pod that asks for a credential and has none yet, as it stands at `now` (ms, monotonic). */
  census(now: number): Iterable<Counted> {
    return census(this.#world, now);
  }

  /** How much it remembers, and how much is under way, by kind. */
  counts() {
    const { deliveries, attempts, cleanups, suspects, addresses, roles, mints, slots } =
      this.#world;
    return {
      pods: deliveries.size,
      attempts: attempts.size,
      cleanups: cleanups.size,
      suspects: suspects.size,
      addresses: addresses.size,
      unacceptedRoles: roles.unacceptedRoles,
      mintedFor: mints.size,
      minting: slots.minting.held,
      connecting: slots.connecting.held,
      answering: slots.answering.held,
    };
  }
}

function take(world: World, input: Input): void {
  switch (input.kind) {
    case 'pods':
      return onPodEvent(world, input.event);
    case 'act':
      return beginTerm(world);
    case 'rest':
      return endTerm(world, input.finish);
    case 'wake':
      return;
    case 'minted':
      return onMinted(world, input.attempt, input.token);
    case 'mint-failed':
      return onMintFailed(world, input.attempt, input.failure);
    case 'connected':
      return onConnected(world, input.attempt);
    case 'pushed':
      return onPushed(world, input.attempt, input.outcome);
    case 'probed':
      return onProbed(world, input.attempt, input.failure);
    case 'self-looked-up':
      return onSelfLookedUp(world, input.answer);
    case 'token-looked-up':
      return onTokenLookedUp(world, input.suspect, input.gone);
    case 'destroyed':
      return onDestroyed(world, input.cleanup, input.failure);
  }
}

function ringAlarms(world: World): void {
  for (;;) {
    const alarm = world.alarms.takeDue(world.now);
    if (alarm === undefined) return;
    ring(world, alarm);
  }
}

function ring(world: World, alarm: Alarm): void {
  switch (alarm.kind) {
    case 'pod':
      return wakePod(world, alarm.uid);
    case 'role':
      return wakeRole(world, alarm.role);
    case 'cleanup':
      return world.cleanups.makeDue(alarm.id);
  }
}

function wakePod(world: World, uid: string): void {
  const delivery = world.deliveries.get(uid);
  if (delivery === undefined) return;
  const { state } = delivery;
  if ((state.kind !== 'waiting' && state.kind !== 'proving') || state.until > world.now) return;
  if (state.kind === 'waiting') return enqueue(world, delivery, state.order, state.token);
  onNotFinished(world, delivery, state);
}

function wakeRole(world: World, role: RoleName): void {
  const state = world.roles.stateOf(role);
  if (state.kind === 'closed' && state.until <= world.now) reopenRole(world, role);
}
