import assert from 'node:assert/strict';
import { createLeaseCore, type LeaseCore } from '../../../src/election/lease/core.ts';
import type {
  LeaseAction,
  LeaseInput,
  LeaseSettings,
} from '../../../src/election/lease/messages.ts';

export type LeaseRequest = Extract<LeaseAction, { request: number }>;

/** A machine's monotonic clock, which goes wrong by its rate. */
export interface LocalClock {
  at(world: number): number;
  toWorld(local: number): number;
}

/** A term as its controller believes in it; times are the world's. */
export interface PlayedTerm {
  readonly from: number;
  until: number;
  /** The start of the write that it may go on by. */
  writtenAt: number;
}

/**
 * A Lease core in the hands of a test, which carries its requests to their ends in any order. What it
 * does is held against what any core must keep to, whatever happens to it.
 */
export class LeasePlayer {
  readonly identity: string;
  readonly clock: LocalClock;
  pending: { readonly request: LeaseRequest; readonly startedAt: number } | undefined;
  term: PlayedTerm | undefined;
  isPaused = false;
  /** Whether it leads where the Lease alone does not decide on that. */
  isElected = true;
  hasEnded = false;
  hasStood = false;
  isLeaving = false;
  /** How many of the register's commits it has been shown. */
  shown = 0;
  readonly #core: LeaseCore;
  #writtenAt = Number.NEGATIVE_INFINITY;
  readonly #settings: LeaseSettings;

  constructor(settings: LeaseSettings, clock: LocalClock) {
    this.identity = settings.identity;
    this.clock = clock;
    this.#settings = settings;
    this.#core = createLeaseCore(settings);
  }

  /** When it wants to be woken, in the world's time. */
  wakeAt(): number | undefined {
    const at = this.hasEnded || this.isPaused ? undefined : this.#core.nextWake();
    // A little late, as timers are: rounding must not wake it before its time.
    return at === undefined ? undefined : this.clock.toWorld(at) + 0.001;
  }

  isActing(now: number): boolean {
    return this.isElected && this.term !== undefined && now < this.term.until;
  }

  holderKnown(): string | undefined {
    return this.#core.leader()?.identity;
  }

  feed(input: LeaseInput, now: number, random: number): void {
    if (input.kind === 'stand') this.hasStood = true;
    if (input.kind === 'hand-over') this.isLeaving = true;
    if (input.kind === 'written') this.#writtenAt = this.pending?.startedAt ?? assert.fail();
    if ('request' in input) this.pending = undefined;
    const local = this.clock.at(now);
    const actions = this.#core.step(input, local, random);
    for (const action of actions) this.#take(action, now, local);
    const wake = this.#core.nextWake();
    assert.ok(wake === undefined || wake > local, `woken at ${local}, it asks for ${wake}`);
  }

  #take(action: LeaseAction, now: number, local: number): void {
    assert.ok(!this.hasEnded, `${action.kind} after the end`);
    if (action.kind === 'act') this.#act(action.until, now, local);
    if (action.kind === 'rest') {
      assert.ok(this.term !== undefined, 'no term is there to end');
      this.term = undefined;
    }
    if (action.kind === 'ended') {
      assert.equal(this.term, undefined, 'it ends while it acts');
      this.hasEnded = true;
    }
    if ('request' in action) {
      assert.equal(this.pending, undefined, 'two requests are under way');
      this.pending = { request: action, startedAt: now };
    }
  }

  #act(until: number, now: number, local: number): void {
    const worldUntil = this.clock.toWorld(until);
    const allowed = this.clock.at(this.#writtenAt) + this.#settings.renewDeadlineMs;
    assert.ok(this.hasStood, 'S42 it acts though it cannot serve pods');
    assert.ok(until > local && until <= allowed + 1e-6, `S43 it acts until ${until} of ${allowed}`);
    assert.ok(worldUntil >= (this.term?.until ?? 0), 'a term shrinks');
    this.term ??= { from: now, until: worldUntil, writtenAt: 0 };
    this.term.until = worldUntil;
    this.term.writtenAt = this.#writtenAt;
  }
}
