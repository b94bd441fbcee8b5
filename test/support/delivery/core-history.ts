import assert from 'node:assert/strict';
import type { VaultFailure } from '../../../src/delivery/input.ts';
import type { Report } from '../../../src/delivery/report.ts';
import { type ActionOf, CoreHarness, vaultFailure } from './core-harness.ts';
import { AUTHORIZATION, CoreRules, isAllowed } from './core-rules.ts';
import { aCustomer, type CustomerBuilder } from './customers.ts';
import { EXCHANGED, isWriteFailed, outcomeOf, UNANSWERED } from './push-outcomes.ts';
import { TokenFates } from './token-fates.ts';

export const MOVES = [
  'pod arrives',
  'pod asks for another role',
  'pod moves',
  'pod goes',
  'pod starts again',
  'pod ends well',
  'list',
  'mint ends',
  'connection',
  'push ends',
  'probe ends',
  'look-up ends',
  'destroy ends',
  'act',
  'rest',
  'lapse',
  'time passes',
] as const;

/** One thing that happens; `pick` and `how` choose to whom and how, by remainder. */
export interface Move {
  readonly kind: (typeof MOVES)[number];
  readonly pick: number;
  readonly how: number;
}

const NAMESPACES = ['a', 'b', 'evil'];
/** What pods ask for; nobody may have `forbidden`. */
const ROLES = ['web', 'db', 'WEB', '../bad', 'forbidden'];
const FAILURES: readonly VaultFailure['kind'][] = [
  'missing',
  'denied',
  'rejected',
  'unavailable',
  'unreachable',
  'throttled',
  'malformed',
];
const PAUSES = [1, 20, 300, 1_000, 5_000, 30_000, 60_000, 90_000, 600_000];
const HOUR = 3_600_000;

/** Random events told to a core, in any order; the rules are checked at every step. */
export class CoreHistory {
  readonly #pods = new Map<string, CustomerBuilder>();
  readonly #fates = new TokenFates();
  readonly #rules = new CoreRules(this.#pods, this.#fates);
  readonly #core: CoreHarness = new CoreHarness({
    authorization: AUTHORIZATION,
    onStep: (actions) => this.#rules.check(this.#core, actions),
  });
  /** Pods whose init container could not write its files: they wait for a new start of it. */
  readonly #gaveUp = new Set<string>();
  #arrivals = 0;

  /** A history that the controller has acted in from the start. */
  static of(moves: readonly Move[]): CoreHistory {
    const history = new CoreHistory();
    for (const move of [ACT, ...moves]) history.make(move);
    return history;
  }

  reports(): Report[] {
    return this.#core.asked('report').map(({ report }) => report);
  }

  make({ kind, pick, how }: Move): void {
    this.#moves[kind](pick, how);
  }

  readonly #moves: Readonly<Record<Move['kind'], (pick: number, how: number) => void>> = {
    'pod arrives': (pick, how) => this.#arrive(pick, how),
    'pod asks for another role': (pick, how) =>
      this.#change(pick, (pod) => pod.asking(ROLES[how % ROLES.length])),
    'pod moves': (pick, how) =>
      this.#change(pick, (pod) =>
        how % 4 === 0 ? pod.at() : pod.at(`10.9.${pick & 255}.${how & 255}`),
      ),
    'pod goes': (pick) => {
      const pod = pickOf([...this.#pods.values()], pick);
      if (pod === undefined) return;
      this.#pods.delete(pod.uid);
      this.#core.loses(pod);
    },
    'pod starts again': (pick, how) => {
      const pod = pickOf([...this.#pods.values()], pick);
      if (pod !== undefined) this.#startAgain(pod, how);
    },
    'pod ends well': (pick) => {
      const pod = pickOf([...this.#pods.values()], pick);
      if (pod !== undefined) this.#endWell(pod);
    },
    list: () => this.#core.lists(...this.#pods.values()),
    'mint ends': (pick, how) => {
      const mint = pickOf(this.#core.open('mint'), pick);
      const kind = how % 3 === 0 ? pickOf(FAILURES, how) : undefined;
      if (mint !== undefined) this.#endMint(mint, kind);
    },
    connection: (pick) => {
      const waiting = this.#core.open('push').filter((push) => this.#mayConnect(push));
      const push = pickOf(waiting, pick);
      if (push !== undefined) this.#connect(push);
    },
    'push ends': (pick, how) => {
      const push = pickOf(this.#core.open('push'), pick);
      if (push !== undefined) this.#endPush(push, how);
    },
    'probe ends': (pick, how) => {
      const probe = pickOf(this.#core.open('probe'), pick);
      if (probe === undefined) return;
      this.#core.endProbe(probe.attempt, how % 2 === 0 ? undefined : 'ECONNREFUSED');
    },
    'look-up ends': (pick, how) => this.#endLookUps(pick, how),
    'destroy ends': (_pick, how) => {
      const kind = how % 3 === 0 ? pickOf(FAILURES, how) : undefined;
      if (this.#core.destroys.length > 0) this.#core.endDestroy(kind && vaultFailure(kind));
    },
    act: () => {
      this.#rules.acting = true;
      this.#core.acts();
    },
    rest: () => {
      this.#core.rests();
      this.#rules.acting = false;
    },
    lapse: () => {
      this.#core.lapses();
      this.#rules.acting = false;
      const mayGoOut = this.#core.open('push').filter((push) => this.#mayConnect(push));
      assert.deepEqual(mayGoOut, [], 'S40 what was not sent stays');
    },
    'time passes': (pick) => this.#core.advance(pickOf(PAUSES, pick) ?? 1),
  };

  #arrive(pick: number, how: number): void {
    this.#arrivals += 1;
    const namespace = pickOf(NAMESPACES, pick) ?? 'a';
    const pod = aCustomer().named(`p-${this.#arrivals}`).inNamespace(namespace);
    const shared = pod.onHostNetwork().at('10.200.0.1');
    const own = pod.at(`10.0.${this.#arrivals >> 8}.${this.#arrivals & 255}`);
    this.#see((how % 7 === 0 ? shared : own).asking(pickOf(ROLES, how)));
  }

  #see(pod: CustomerBuilder): void {
    this.#pods.set(pod.uid, pod);
    this.#core.sees(pod);
  }

  #change(pick: number, change: (pod: CustomerBuilder) => CustomerBuilder): void {
    const pod = pickOf([...this.#pods.values()], pick);
    if (pod !== undefined) this.#see(change(pod));
  }

  #startAgain(pod: CustomerBuilder, how: number): void {
    const exitCode = how % 2;
    if (exitCode === 0) this.#endWell(pod);
    else if (how % 3 === 0) this.#see(pod.ended(exitCode));
    this.#see(pod.restarted(exitCode));
  }

  #endWell(pod: CustomerBuilder): void {
    const { container } = pod.facts();
    if (container.kind !== 'running') return;
    this.#fates.containerEndedWell(pod.uid, container.start);
    this.#see(pod.ended(0));
  }

  #endMint(mint: ActionOf<'mint'>, failure: VaultFailure['kind'] | undefined): void {
    if (failure !== undefined) return this.#core.endMint(mint.attempt, vaultFailure(failure));
    const token = this.#core.tokenFor(mint);
    this.#fates.minted(token, mint.pod.uid);
    this.#rules.minted(mint.pod.uid, this.#core.now);
    this.#core.endMint(mint.attempt, token);
  }

  #mayConnect({ attempt }: ActionOf<'push'>): boolean {
    return !this.#core.connected.has(attempt) && !this.#core.aborted.has(attempt);
  }

  #connect({ attempt, token }: ActionOf<'push'>): void {
    const { container } = this.#pods.get(this.#fates.ownerOf(token))?.facts() ?? assert.fail();
    // Whoever connects for a pod whose init container has ended, it is not that one.
    const start = container.kind === 'running' ? container.start : NOBODY;
    this.#fates.sent(token, start);
    this.#core.connect(attempt);
  }

  #endPush({ attempt, token }: ActionOf<'push'>, how: number): void {
    const how_ = this.#core.aborted.has(attempt) ? UNANSWERED : how;
    const outcome = outcomeOf(how_, this.#core.connected.has(attempt));
    this.#fates.ended(token, outcome);
    if (isWriteFailed(outcome)) this.#gaveUp.add(this.#fates.ownerOf(token));
    this.#core.endPush(attempt, outcome);
  }

  #endLookUps(pick: number, how: number): void {
    if (this.#core.selfLookUps > 0 && pick % 2 === 0) {
      const failure = vaultFailure('unreachable');
      if (how % 3 === 0) this.#core.endSelfLookUp({ kind: 'valid' });
      else if (how % 3 === 1) this.#core.endSelfLookUp({ kind: 'invalid', words: 'expired' });
      else this.#core.endSelfLookUp({ kind: 'unknown', failure });
    }
    if (this.#core.tokenLookUps.length > 0) this.#core.endTokenLookUp(how % 2 === 0);
  }

  /** From now on Vault mints and init containers listen, exchange, and end well. */
  becomeGood(): void {
    this.make(ACT);
    for (const pod of [...this.#pods.values()]) {
      if (this.#gaveUp.has(pod.uid)) this.#startAgain(pod, 1);
    }
    const end = this.#core.now + 2 * HOUR;
    for (;;) {
      this.#endUntilQuiet(EXCHANGED);
      const wake = this.#core.core.nextWake();
      if (wake === undefined || wake > end) return;
      this.#core.advanceTo(Math.max(this.#core.now, wake));
    }
  }

  /** All pods go, all that is under way ends, and time passes. */
  endAll(): void {
    for (const pod of this.#pods.values()) this.#core.loses(pod);
    this.#pods.clear();
    for (let hours = 0; hours < 2; hours += 1) {
      this.#endUntilQuiet(UNANSWERED);
      this.#core.advance(HOUR);
    }
  }

  #endUntilQuiet(how: number): void {
    for (let rounds = 0; this.#endAllOpen(how); rounds += 1) {
      assert.ok(rounds < 1_000, 'the core asks for more and more at the same time');
    }
  }

  /** Ends all that is under way, pushes as `how` says; whether there was anything. */
  #endAllOpen(how: number): boolean {
    const core = this.#core;
    const before = core.underway.size + core.destroys.length + core.tokenLookUps.length;
    for (const mint of core.open('mint')) this.#endMint(mint, undefined);
    for (const push of core.open('push')) {
      if (how === EXCHANGED && this.#mayConnect(push)) this.#connect(push);
      const pod = this.#pods.get(this.#fates.ownerOf(push.token));
      this.#endPush(push, how);
      if (how === EXCHANGED && pod !== undefined) this.#endWell(pod);
    }
    for (const { attempt } of core.open('probe')) core.endProbe(attempt, undefined);
    while (core.destroys.length > 0) core.endDestroy();
    while (core.tokenLookUps.length > 0) core.endTokenLookUp(false);
    if (core.selfLookUps > 0) core.endSelfLookUp({ kind: 'valid' });
    return before > 0;
  }

  /** The pods that should have been delivered and were not. */
  undelivered(): string[] {
    return [...this.#pods.values()]
      .map((pod) => pod.facts())
      .filter(({ container, ips }) => container.kind === 'running' && ips.length > 0)
      .filter(({ namespace, approle = '' }) => isAllowed(namespace, approle.toLowerCase()))
      .map(({ uid, approle }) => `${uid} ${approle}`);
  }

  /** What is still remembered, and secret_ids that nobody uses and nobody destroyed. */
  left(): string[] {
    const counts = Object.entries(this.#core.core.counts()).filter(([, count]) => count > 0);
    const wake = this.#core.core.nextWake();
    return [
      ...counts.map(([kind, count]) => `${count} ${kind}`),
      ...(wake === undefined ? [] : [`an alarm in ${wake - this.#core.now} ms`]),
      ...this.#fates.leftOver(),
    ];
  }
}

const ACT: Move = { kind: 'act', pick: 0, how: 0 };
const NOBODY = { containerId: 'nobody', restartCount: 0, startedAt: '' };
/** By remainder; undefined only of an empty list. */
function pickOf<One>(list: readonly One[], pick: number): One | undefined {
  return list[pick % Math.max(1, list.length)];
}
