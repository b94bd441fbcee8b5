import type { Random } from '../../../src/base/random.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { anyClockError, startProcess } from '../sim-process.ts';
import { type Contestant, startContestant } from './contestant.ts';
import { type LeaseRegister, leaseRegister } from './lease-register.ts';
import { leaseWay } from './lease-way.ts';
import { RaftFact } from './raft-fact.ts';

/** How an answer of the kernel's, or one that is forged, comes to a standby. */
const NOTICE_MS = 3;
const AGAIN_MS = 1_000;

/** Processes that contest one Lease on virtual time, and everything that can happen to them. */
export class Contest {
  readonly random: Random;
  readonly clock: VirtualClock = virtualClock();
  readonly register: LeaseRegister;
  /** All that there ever were. */
  readonly all: Contestant[] = [];
  /** Two that know nothing of each other, as when one has begun anew that is still there. */
  readonly rafts: readonly RaftFact[];
  readonly #leaving = new Set<Contestant>();
  /** Those whose end a kernel still tells of. */
  readonly #closed = new Set<string>();

  /** @param kind mixed: some lead only if a Raft cluster has elected them, too */
  constructor(seed: number, kind: 'by Lease' | 'mixed' = 'by Lease') {
    this.random = seededRandom(seed);
    this.rafts = kind === 'mixed' ? [1, 2].map((epoch) => this.#raftOf(epoch)) : [];
    this.register = leaseRegister(
      () => this.clock.now(),
      (commit) => {
        for (const { way } of this.alive()) way.tell(commit);
      },
    );
  }

  alive(): Contestant[] {
    return this.all.filter(({ process, hasEnded }) => process.state !== 'dead' && !hasEnded);
  }

  /** Those that take the lead if nobody else has it. */
  candidates(): Contestant[] {
    return this.alive().filter((one) => !this.#leaving.has(one));
  }

  acting(): Contestant[] {
    return this.all.filter((one) => one.isActing());
  }

  /** One more process, which stands at once, or as soon as its Raft cluster has elected it. */
  start(raft = this.pick([undefined, ...this.rafts])): Contestant {
    const { clock, random, register } = this;
    const process = startProcess(clock, random, anyClockError(random));
    const contestant = startContestant({
      identity: `controller-${this.all.length + 1}`,
      raft,
      process,
      now: () => clock.now(),
      random,
      connect: (feed) => leaseWay({ world: clock, random, process, register, feed }),
      onFollow: (one) => this.#notice(one, one.following),
      onEnded: (one) => this.#close(one),
    });
    this.all.push(contestant);
    if (raft === undefined) contestant.feed({ kind: 'stand' });
    else raft.join();
    return contestant;
  }

  /** As SIGKILL: its kernel closes what it had open, and refuses from then on. */
  kill(one: Contestant): void {
    this.vanish(one);
    this.#close(one);
  }

  /** Its machine is gone: nobody tells of it. */
  vanish(one: Contestant): void {
    one.kill();
    one.raft?.lose(one);
  }

  /** As SIGSTOP: a Raft leader is not heard any more. */
  stop(one: Contestant): void {
    one.process.stop();
    if (one.raft?.leader === one) one.raft.silence();
  }

  /** As SIGTERM. */
  handOver(one: Contestant): void {
    this.#leaving.add(one);
    one.feed({ kind: 'hand-over' });
    one.process.receive(() => one.raft?.transfer(one));
  }

  /** Somebody else is to lead. */
  transfer(one: Contestant): void {
    one.feed({ kind: 'sit' });
    one.process.receive(() => one.raft?.transfer(one));
  }

  /** Somebody makes one believe that the process it watches is gone. */
  forge(one: Contestant): void {
    const holder = one.following;
    if (holder !== undefined) one.feed({ kind: 'holder-gone', holder });
  }

  #close({ identity }: Contestant): void {
    this.#closed.add(identity);
    for (const other of this.alive()) this.#notice(other, identity);
  }

  #notice(one: Contestant, holder: string | undefined): void {
    if (holder === undefined || one.following !== holder || !this.#closed.has(holder)) return;
    const tell = () => {
      if (one.following !== holder || one.hasEnded) return;
      one.feed({ kind: 'holder-gone', holder });
      one.process.clock.callAt(one.process.clock.now() + AGAIN_MS, tell);
    };
    this.clock.callAt(this.clock.now() + NOTICE_MS * this.random(), tell);
  }

  /** From now on nothing goes wrong. */
  becomeGood(): void {
    for (const { process, way } of this.alive()) {
      process.resume();
      Object.assign(way, { state: 'open', slowMs: 0, faults: 0 });
    }
    for (const raft of this.rafts) raft.becomeGood();
  }

  #raftOf(epoch: number): RaftFact {
    const { clock: world, random } = this;
    const electable = (): Contestant[] =>
      this.candidates().filter(
        ({ raft, process }) => raft?.name.epoch === epoch && process.state === 'running',
      );
    return new RaftFact({ cluster: 'c', epoch }, { world, random, electable });
  }

  pick<One>(list: readonly One[]): One | undefined {
    return list[Math.floor(this.random() * list.length)];
  }
}
