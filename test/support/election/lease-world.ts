import assert from 'node:assert/strict';
import { DEFAULT_TIMES, type LeaseInput } from '../../../src/election/lease/messages.ts';
import { FinalKubeError, RetryableKubeError } from '../../../src/kube/api/kube-error.ts';
import type { KubeLease } from '../../../src/kube/leases/kube-lease.ts';
import {
  BY_HAND,
  type Commit,
  type LeaseRegister,
  leaseRegister,
} from '../../simulation/lease/lease-register.ts';
import { LeasePlayer, type LeaseRequest, type LocalClock } from './lease-player.ts';

/** What may happen next. `who` and `which` count round. */
export type LeaseMove =
  | { readonly kind: 'pass'; readonly ms: number }
  /** The API server takes the request under way; answers it; lets its answer be lost. */
  | { readonly kind: 'serve' | 'answer' | 'lose'; readonly who: number }
  /** A request that was given up long ago arrives after all. */
  | { readonly kind: 'arrive'; readonly which: number }
  /** The watch shows so many more changes; or it begins anew, with what there is. */
  | { readonly kind: 'watch'; readonly who: number; readonly changes: number }
  | { readonly kind: 'list'; readonly who: number }
  | {
      readonly kind: 'gone' | 'pause' | 'resume' | 'stand' | 'hand-over' | 'restart' | 'elect';
      readonly who: number;
    }
  | { readonly kind: 'edit'; readonly how: 'delete' | 'empty' | 'label' | 'other' };

interface Sent {
  readonly by: string;
  readonly startedAt: number;
  readonly request: LeaseRequest;
}

type Answer = LeaseInput & { readonly request: number };

/** Shorter than it is, so that a run sees more than one. */
export const MARK_MS = 8_000;
/** Clocks whose rates are wrong by up to 1%, and whose zeros are anywhere. */
const CLOCKS = [rated(1, 0), rated(0.99, 50_000), rated(1.01, 7)];

/** Of a mixed fleet the first two make a Raft cluster; who leads it has ceased to before another does. */
const RAFT = { cluster: 'c', epoch: 1, servers: 2 };

/** Several controllers and one Lease; requests, answers and events come when a test says so, if ever. */
export class LeaseWorld {
  now = 0;
  readonly players: LeasePlayer[] = [];
  readonly register: LeaseRegister = leaseRegister(
    () => this.now,
    () => {},
  );
  readonly #answers = new Map<LeasePlayer, Answer>();
  /** Given up by who sent them, and perhaps still on their way. */
  readonly #late: Sent[] = [];
  #processes = 0;
  #raftTerm = 0;
  readonly #servers: number;

  constructor(fleet: 'by Lease' | 'mixed' = 'by Lease') {
    this.#servers = fleet === 'mixed' ? RAFT.servers : 0;
    for (const [index, clock] of CLOCKS.entries()) this.#start(index, clock);
    for (const player of this.players) this.#stand(player);
  }

  play(move: LeaseMove): void {
    if (move.kind === 'pass') return this.pass(move.ms);
    if (move.kind === 'arrive') return this.#arrive(move.which);
    if (move.kind === 'edit') return this.#edit(move.how);
    const index = move.who % this.players.length;
    const player = this.players[index] ?? assert.fail();
    if (move.kind === 'restart') {
      return this.#start(index, player.clock);
    }
    if (move.kind === 'resume') player.isPaused = false;
    if (player.isPaused || player.hasEnded) return;
    this.#playOne(player, move);
  }

  /** Lets time pass, and wakes whoever is not paused when it wants to be. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (let next = this.#nextToWake(until); next; next = this.#nextToWake(until)) {
      this.now = Math.max(this.now, next.at);
      this.#feed(next.player, { kind: 'wake' });
    }
    this.now = until;
  }

  /** From now on all is well: whoever was paused goes on, requests are answered, the watch shows all. */
  passInGoodWeather(ms: number): void {
    const until = this.now + ms;
    for (const player of this.players) player.isPaused = false;
    this.#late.length = 0;
    while (this.now < until) {
      for (const player of this.players) this.#catchUp(player);
      this.pass(10);
    }
  }

  actors(): LeasePlayer[] {
    return this.players.filter((player) => player.isActing(this.now));
  }

  #start(index: number, clock: LocalClock): void {
    const identity = `controller-${++this.#processes}`;
    const settings = { ...DEFAULT_TIMES, probeMarkMs: MARK_MS, identity, peer: `${identity}:1` };
    const player = new LeasePlayer(settings, clock);
    player.isElected = index >= this.#servers;
    this.players[index] = player;
  }

  #playOne(
    player: LeasePlayer,
    move: Exclude<LeaseMove, { kind: 'pass' | 'arrive' | 'edit' }>,
  ): void {
    switch (move.kind) {
      case 'serve':
        return this.#serve(player);
      case 'answer':
        return this.#answer(player);
      case 'lose':
        return this.#lose(player);
      case 'watch':
        return this.#watch(player, move.changes);
      case 'list':
        return this.#list(player);
      case 'gone':
        return this.#tellGone(player);
      case 'pause':
        player.isPaused = true;
        return;
      case 'stand':
        return this.#stand(player);
      case 'elect':
        return this.#elect(player);
      case 'hand-over':
        return this.#feed(player, { kind: 'hand-over' });
      default:
        return this.#feed(player, { kind: 'wake' });
    }
  }

  #isByRaft(player: LeasePlayer): boolean {
    return this.players.indexOf(player) < this.#servers;
  }

  /** Whoever needs to be elected hears whether it is. */
  #stand(player: LeasePlayer): void {
    if (!player.isElected) return this.#feed(player, { kind: 'sit' });
    const { cluster, epoch } = RAFT;
    const claim = this.#isByRaft(player) ? { cluster, epoch, term: this.#raftTerm } : undefined;
    this.#feed(player, { kind: 'stand', claim });
  }

  /** The one before may hear of it later. */
  #elect(player: LeasePlayer): void {
    if (!this.#isByRaft(player) || player.isElected || player.isLeaving) return;
    for (const other of this.players) if (this.#isByRaft(other)) other.isElected = false;
    this.#raftTerm += 1;
    player.isElected = true;
    this.#stand(player);
  }

  #serve(player: LeasePlayer): void {
    const { pending, identity: by } = player;
    if (pending === undefined || this.#answers.has(player)) return;
    this.#answers.set(player, this.#done({ by, ...pending }));
  }

  #answer(player: LeasePlayer): void {
    this.#serve(player);
    const answer = this.#answers.get(player);
    this.#answers.delete(player);
    if (answer !== undefined) this.#feed(player, answer);
  }

  #lose(player: LeasePlayer): void {
    const { pending, identity: by } = player;
    if (pending === undefined) return;
    if (!this.#answers.delete(player)) this.#late.push({ by, ...pending });
    const error = new RetryableKubeError('unreachable', 'ask', 'lost');
    this.#feed(player, { kind: 'failed', request: pending.request.request, error });
  }

  #arrive(which: number): void {
    const [sent] = this.#late.splice(which % (this.#late.length || 1), 1);
    if (sent !== undefined) this.#done(sent);
  }

  #done({ by, startedAt, request: action }: Sent): Answer {
    const { register } = this;
    const { kind, request } = action;
    if (kind === 'read') return { kind: 'read', request, lease: register.lease };
    const write = { by, startedAt, change: action.change };
    const result = kind === 'create' ? register.create(write) : register.update(action.of, write);
    if (typeof result !== 'string') return { kind: 'written', request, lease: result };
    return { kind: 'failed', request, error: new FinalKubeError(result, 'write', result) };
  }

  #watch(player: LeasePlayer, changes: number): void {
    for (const { version, after } of this.register.commits.slice(player.shown).slice(0, changes)) {
      player.shown += 1;
      this.#see(player, String(version), after);
    }
  }

  #list(player: LeasePlayer): void {
    player.shown = this.register.commits.length;
    this.#see(player, String(this.register.version), this.register.lease);
  }

  #see(player: LeasePlayer, version: string, lease: KubeLease | undefined): void {
    this.#feed(player, { kind: 'seen', sight: { version, lease } });
  }

  #tellGone(player: LeasePlayer): void {
    const holder = player.holderKnown();
    if (holder !== undefined) this.#feed(player, { kind: 'holder-gone', holder });
  }

  #edit(how: Extract<LeaseMove, { kind: 'edit' }>['how']): void {
    const { register } = this;
    if (how === 'delete') register.edit(undefined);
    if (how === 'empty') register.edit({ holder: undefined });
    if (how === 'label') register.edit({});
    if (how === 'other') register.edit({ holder: 'somebody', peer: undefined });
  }

  #catchUp(player: LeasePlayer): void {
    if (player.hasEnded) return;
    if (player.shown === 0) this.#list(player);
    this.#watch(player, Number.POSITIVE_INFINITY);
    this.#answer(player);
  }

  #nextToWake(until: number): { readonly player: LeasePlayer; readonly at: number } | undefined {
    let next: { readonly player: LeasePlayer; readonly at: number } | undefined;
    for (const player of this.players) {
      const at = player.wakeAt();
      if (at !== undefined && at <= until && at < (next?.at ?? Infinity)) next = { player, at };
    }
    return next;
  }

  #feed(player: LeasePlayer, input: LeaseInput): void {
    player.feed(input, this.now, 0.5);
    if (player.isActing(this.now)) this.#assertAllowed(player);
  }

  /** S40 */
  #assertAllowed(player: LeasePlayer): void {
    for (const other of this.players) {
      if (other === player || !other.isActing(this.now)) continue;
      assert.ok(
        this.#isExcused(player, other),
        `S40 at ${this.now} ${player.identity} acts beside ${other.identity}`,
      );
    }
  }

  /** Between the writes by which they act somebody took the Lease by probe, or people did something. */
  #isExcused(...pair: readonly [LeasePlayer, LeasePlayer]): boolean {
    const { commits } = this.register;
    const [older = -1, newer = -1] = pair
      .map(({ identity, term }) =>
        commits.findIndex(({ by, startedAt }) => by === identity && startedAt === term?.writtenAt),
      )
      .toSorted((a, b) => a - b);
    return commits.slice(older + 1, newer + 1).some((c) => isProbe(c) || c.by === BY_HAND);
  }
}

export function isProbe({ before, after }: Commit): boolean {
  return after?.isTakenByProbe === true && before?.isTakenByProbe === false;
}

export function isSuperseding({ before, after }: Commit): boolean {
  const [older, newer] = [before?.claim, after?.claim];
  if (older === undefined || newer === undefined) return false;
  return before?.holder !== after?.holder && older.term < newer.term;
}

function rated(rate: number, zero: number): LocalClock {
  return { at: (world) => zero + world * rate, toWorld: (local) => (local - zero) / rate };
}
