import { isHeartbeat } from '../../../src/raft/core/heartbeat.ts';
import {
  DEFAULT_SETTINGS,
  type RaftInput,
  type RaftOutput,
  type RaftStatus,
} from '../../../src/raft/core/io.ts';
import { createRaft, type Raft } from '../../../src/raft/core/raft.ts';
import type { Request, Response } from '../../../src/raft/messages.ts';
import { changed, type KeptState, NOTHING_KEPT } from '../../../src/raft/storage/kept-state.ts';
import { applied, digestOf, restoredDigest } from './digest.ts';
import { hold } from './hold.ts';
import type { Judge } from './judge.ts';
import type { Network } from './network.ts';
import type { World } from './world.ts';

/** Small, so that appends are cut up, and followers need snapshots. */
const SETTINGS = { ...DEFAULT_SETTINGS, maxEntriesPerAppend: 4, trailingEntries: 5 };

interface Heard {
  readonly from: string;
  readonly request: Request;
  readonly reply: (response: Response) => void;
}

/** What a step put out, and what there was of its core then. */
export interface Release {
  readonly output: RaftOutput;
  readonly status: RaftStatus;
}

/** One server on its machine: process, disk, and a clock that is fast or slow by a little. */
export class SimServer {
  readonly id: string;
  readonly address: string;
  readonly preVote: boolean;
  /** What is on the disk. */
  kept: KeptState;
  /** A write takes up to so long. */
  diskMs = 2;
  /** Its disk is gone for good. */
  isLost = false;
  /** The last index whose entry it has applied, and what that made of its state. */
  appliedIndex = 0;
  digest = 0;
  raft: Raft | undefined;
  /** What `raft` said of itself after its last step, which alone can change it. */
  #status: RaftStatus | undefined;
  readonly #world: World;
  readonly #network: Network;
  readonly #judge: Judge;
  readonly #drift: number;
  readonly #heard = new Map<number, Heard>();
  /** How often it was started: what belongs to an earlier life is nothing to this one. */
  #life = 0;
  #releases: Release[] = [];
  #isWriting = false;
  #wakeAt = Number.POSITIVE_INFINITY;
  /** What has come while it is stopped. */
  #held: (() => void)[] | undefined;

  constructor(
    parts: { world: World; network: Network; judge: Judge },
    who: { id: string; address: string; kept?: KeptState; preVote?: boolean; clockRate?: number },
  ) {
    this.#world = parts.world;
    this.#network = parts.network;
    this.#judge = parts.judge;
    this.#drift = who.clockRate ?? 1 + (parts.world.random() - 0.5) / 25;
    this.id = who.id;
    this.address = who.address;
    this.preVote = who.preVote ?? true;
    this.kept = who.kept ?? NOTHING_KEPT;
  }

  get isUp(): boolean {
    return this.raft !== undefined;
  }

  isLeader(): boolean {
    return this.#held === undefined && this.#status?.role === 'leader';
  }

  start(): void {
    const { id, preVote, kept } = this;
    this.#network.attach(this);
    this.#life += 1;
    this.raft = createRaft({ ...SETTINGS, id, preVote }, kept, this.#now(), this.#world.random());
    this.#status = this.raft.status();
    this.appliedIndex = kept.snapshot?.lastIndex ?? 0;
    this.digest = restoredDigest(kept.snapshot);
    this.feed({ kind: 'wake' });
  }

  /** As SIGKILL; a write that is under way is done, or is not. */
  crash(): void {
    const [writing] = this.#releases;
    if (this.#isWriting && writing !== undefined && this.#world.chance(0.5)) this.#write(writing);
    this.raft = undefined;
    this.#status = undefined;
    this.#life += 1;
    this.#releases = [];
    this.#isWriting = false;
    this.#held = undefined;
    this.#wakeAt = Number.POSITIVE_INFINITY;
    this.#heard.clear();
  }

  /** As SIGSTOP. */
  stop(): void {
    if (this.raft !== undefined) this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const run of held) run();
    if (this.raft !== undefined) this.feed({ kind: 'wake' });
  }

  /** Another server asks. */
  hear(from: string, request: Request, reply: Heard['reply']): void {
    const call = this.#heard.size + 1;
    this.#heard.set(call, { from, request, reply });
    this.feed({ kind: 'request', from, call, request });
  }

  /** Undefined if it is down or stopped. */
  feed(input: RaftInput): RaftOutput['result'] {
    const { raft } = this;
    const before = this.#status;
    if (raft === undefined || before === undefined) return undefined;
    if (this.#held !== undefined) {
      this.#held.push(this.#inThisLife(() => void this.feed(input)));
      return undefined;
    }
    const output = raft.step(input, this.#now(), this.#world.random());
    const status = raft.status();
    this.#status = status;
    this.#judge.step(this, before, status, output);
    this.#planWake();
    this.#put({ output, status });
    return output.result;
  }

  #now(): number {
    return this.#world.now * this.#drift;
  }

  #inThisLife(run: () => void): () => void {
    const life = this.#life;
    return () => {
      if (life === this.#life) run();
    };
  }

  #planWake(): void {
    const local = this.raft?.nextWake() ?? Number.POSITIVE_INFINITY;
    const now = this.#now();
    hold(local > now, () => `${this.id} wants to be woken at ${local}, at ${now}`);
    const at = local / this.#drift + 0.001;
    if (at >= this.#wakeAt) return;
    this.#wakeAt = at;
    const wake = this.#inThisLife(() => {
      if (this.#wakeAt !== at) return;
      this.#wakeAt = Number.POSITIVE_INFINITY;
      if (this.#held !== undefined) return;
      if ((this.raft?.nextWake() ?? 0) <= this.#now()) this.feed({ kind: 'wake' });
      else this.#planWake();
    });
    this.#world.after(at - this.#world.now, wake);
  }

  /** Outputs are carried out in their order, but for heartbeats, which a slow disk does not hold up. */
  #put(release: Release): void {
    const isFree = this.#releases.length === 0;
    const { output } = release;
    if (!isFree || output.persist !== undefined) this.#overtake(output);
    this.#releases.push(release);
    if (isFree) this.#carryOut();
  }

  #overtake(output: RaftOutput): void {
    const { term } = this.kept.hardState;
    for (const each of output.requests) {
      if (isHeartbeat(each.request) && 'term' in each.request && each.request.term <= term) {
        this.#send(each);
      }
    }
    for (const each of output.responses) {
      const heard = this.#heard.get(each.call);
      const isQuick = heard !== undefined && isHeartbeat(heard.request);
      if (isQuick && 'term' in each.response && each.response.term <= term) this.#answer(each);
    }
  }

  #carryOut(): void {
    for (let next = this.#releases[0]; next !== undefined; next = this.#releases[0]) {
      if (next.output.persist !== undefined) return this.#writeFirst(next);
      this.#release(next);
      this.#releases.shift();
    }
  }

  #writeFirst(release: Release): void {
    this.#isWriting = true;
    const written = this.#inThisLife(() => {
      this.#isWriting = false;
      this.#write(release);
      this.#release(release);
      this.#releases.shift();
      this.#carryOut();
    });
    this.#world.after(this.diskMs * this.#world.random() ** 2, written);
  }

  #write({ output: { persist } }: Release): void {
    if (persist === undefined) return;
    this.kept = changed(this.kept, persist);
    this.#judge.written(this, persist);
  }

  #release(release: Release): void {
    const { output } = release;
    this.#judge.release(this, release);
    if (output.installed !== undefined) {
      this.appliedIndex = output.installed.lastIndex;
      this.digest = restoredDigest(output.installed);
    }
    for (const entry of output.committed) {
      this.digest = applied(this.digest, entry);
      this.appliedIndex = entry.index;
      this.#judge.applied(this, entry, release.status);
    }
    for (const each of output.requests) this.#send(each);
    for (const each of output.responses) this.#answer(each);
  }

  readonly #sent = new WeakSet<object>();

  #send(outgoing: RaftOutput['requests'][number]): void {
    if (this.#sent.has(outgoing)) return;
    this.#sent.add(outgoing);
    const { id, address, request } = outgoing;
    this.#judge.sent(this, request);
    const life = this.#life;
    this.#network.ask(this, address, request, (answer) => {
      if (life !== this.#life) return;
      this.feed(
        answer === undefined ? { kind: 'failed', id } : { kind: 'answered', id, ...answer },
      );
    });
  }

  #answer({ call, response }: RaftOutput['responses'][number]): void {
    const heard = this.#heard.get(call);
    if (heard === undefined || this.#sent.has(heard)) return;
    this.#sent.add(heard);
    this.#judge.answered(this, heard.from, heard.request, response);
    heard.reply(response);
  }

  /** What a snapshot of its state holds. */
  stateData(): Uint8Array {
    return digestOf(this.digest);
  }
}
