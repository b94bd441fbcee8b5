import assert from 'node:assert/strict';
import { compileGlob } from '../../src/base/pattern.ts';
import type { Action } from '../../src/delivery/action.ts';
import type { PushOutcome, VaultFailure } from '../../src/delivery/input.ts';
import { type Result, STATUS_OF } from '../../src/wire/answer.ts';
import { type ActionOf, CoreHarness, vaultFailure } from './core-harness.ts';
import { aCustomer, type CustomerBuilder } from './customers.ts';
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
  'time passes',
] as const;

/** One thing that happens; `pick` and `how` choose to whom and how, by remainder. */
export interface Move {
  readonly kind: (typeof MOVES)[number];
  readonly pick: number;
  readonly how: number;
}

const NAMESPACES = ['a', 'b', 'evil'];
/** What pods ask for; `evil` may have `db` alone, and nobody `forbidden`. */
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
const RESULTS = Object.keys(STATUS_OF) as Result[];
const PAUSES = [1, 20, 300, 1_000, 5_000, 30_000, 60_000, 90_000, 600_000];
const HOUR = 3_600_000;

/** Random events told to a core, in any order; the rules are checked at every step. */
export class CoreHistory {
  readonly #core = new CoreHarness({
    onStep: (actions) => this.#check(actions),
    authorization: [
      {
        approles: ['web', 'db'].map(compileGlob),
        namespaces: [compileGlob('?')],
        hostNetwork: true,
      },
      { approles: [compileGlob('db')], namespaces: [compileGlob('evil')], hostNetwork: true },
    ],
  });
  readonly #pods = new Map<string, CustomerBuilder>();
  readonly #fates = new TokenFates();
  readonly #mintedAt = new Map<string, number[]>();
  /** Pods whose init container could not write its files: they wait for a new start of it. */
  readonly #gaveUp = new Set<string>();
  #acting = false;
  #arrivals = 0;

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
      this.#acting = true;
      this.#core.acts();
    },
    rest: () => {
      this.#core.rests();
      this.#acting = false;
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
    this.#noteMint(mint.pod.uid);
    this.#core.endMint(mint.attempt, token);
  }

  #noteMint(uid: string): void {
    const times = [...(this.#mintedAt.get(uid) ?? []), this.#core.now];
    this.#mintedAt.set(uid, times);
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

  /** Holds the rules against what the core asks for. */
  #check(actions: readonly Action[]): void {
    for (const action of actions) {
      if (action.kind === 'mint') this.#checkMint(action);
      if (action.kind === 'push') this.#checkPush(action);
      if (action.kind === 'destroy') this.#fates.destroyed(action.token);
    }
    const { attempts, minting, connecting, answering } = this.#core.core.counts();
    assert.equal(attempts, this.#core.underway.size, 'each attempt ends once');
    if (attempts === 0) assert.deepEqual([minting, connecting, answering], [0, 0, 0]);
  }

  #checkMint({ pod, role }: ActionOf<'mint'>): void {
    assert.ok(this.#acting, 'S42 a controller at rest mints nothing');
    const facts =
      this.#pods.get(pod.uid)?.facts() ?? assert.fail('S6 a mint for a pod that is gone');
    assert.equal(role, facts.approle?.toLowerCase(), 'S9 the role is the one of now');
    assert.ok(isAllowed(pod.namespace, role), 'S9 a rule allows it');
    const lately = (ms: number) =>
      (this.#mintedAt.get(pod.uid) ?? []).filter((time) => time > this.#core.now - ms).length;
    assert.ok(lately(60_000) < 6 && lately(HOUR) < 30, 'S11 the limits of mints');
  }

  #checkPush({ attempt, ip, token }: ActionOf<'push'>): void {
    const uid = this.#fates.ownerOf(token);
    const facts = this.#pods.get(uid)?.facts() ?? assert.fail('S6 a push to a pod that is gone');
    assert.ok(this.#acting, 'S42 a controller at rest pushes nothing');
    assert.equal(facts.ips[0], ip, 'S6 the address is the one of now');
    assert.equal(facts.container.kind, 'running', 'S12 it runs');
    assert.equal(token.role, facts.approle?.toLowerCase(), 'S9 the role is the one of now');
    this.#fates.pushed(token);
    const others = this.#core.open('push').filter((push) => push.ip === ip && this.#isLive(push));
    assert.deepEqual(
      others.map((push) => push.attempt),
      [attempt],
      'S12 one push at a time',
    );
  }

  /** Not broken off, nor sent to a start of the init container that is over. */
  #isLive({ attempt, token }: ActionOf<'push'>): boolean {
    return !this.#core.aborted.has(attempt) && !this.#fates.isOver(token);
  }

  /** From now on Vault mints and init containers listen, exchange, and end well. */
  becomeGood(): void {
    this.make({ kind: 'act', pick: 0, how: 0 });
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

const NOBODY = { containerId: 'nobody', restartCount: 0, startedAt: '' };
const UNANSWERED = 0;
/** `outcomeOf` makes of it that the push was exchanged. */
const EXCHANGED = 6 + RESULTS.indexOf('exchanged') * 10;

function outcomeOf(how: number, isConnected: boolean): PushOutcome {
  if (!isConnected) return { kind: 'unsent', words: 'ECONNREFUSED' };
  const way = how % 10;
  if (way < 3) return { kind: 'unanswered', words: 'ECONNRESET' };
  if (way === 3) return { kind: 'replied', reply: { kind: 'taken' } };
  if (way === 4) return { kind: 'replied', reply: { kind: 'foreign', status: 500, text: 'x' } };
  const result = pickOf(RESULTS, Math.floor(how / 10)) ?? 'exchanged';
  const reply = { kind: 'answered', result, reason: 'words', tokenUsed: way === 5 } as const;
  return { kind: 'replied', reply };
}

function isWriteFailed(outcome: PushOutcome): boolean {
  if (outcome.kind !== 'replied' || outcome.reply.kind !== 'answered') return false;
  return outcome.reply.result === 'write-failed';
}

function isAllowed(namespace: string, role: string): boolean {
  return role === 'db' || (role === 'web' && namespace !== 'evil');
}

function pickOf<One>(list: readonly One[], pick: number): One | undefined {
  return list[pick % Math.max(1, list.length)];
}
