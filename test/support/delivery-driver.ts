import assert from 'node:assert/strict';
import { Secret } from '../../src/base/secret.ts';
import type { Action } from '../../src/delivery/action.ts';
import { DeliveryCore } from '../../src/delivery/core.ts';
import type { Input, PushOutcome, VaultFailure } from '../../src/delivery/input.ts';
import type { Report } from '../../src/delivery/report.ts';
import { DEFAULT_LIMITS, type DeliveryOptions } from '../../src/delivery/steps/world.ts';
import type { WrappingToken } from '../../src/delivery/wrapping-token.ts';
import type { Result } from '../../src/wire/answer.ts';
import { DEFAULT_INIT_PORT } from '../../src/wire/push.ts';
import type { CustomerBuilder } from './customers.ts';

export type ActionOf<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;
export type ReportOf<Kind extends Report['kind']> = Extract<Report, { kind: Kind }>;
type Underway = ActionOf<'mint' | 'push' | 'probe'>;

/** Stands in every secret that a driver makes, so that a leak is found by one search. */
export const SECRET_MARK = 'hvs.SECRET';

export interface DriverOptions extends Partial<DeliveryOptions> {
  /** For jitter; without it, the middle. */
  readonly random?: () => number;
  /** Of every wrapping token, ms. */
  readonly ttlMs?: number;
}

/**
 * Steps a core on virtual time, in the words of the trade: what the test says happens, and what the
 * core wants done is kept until the test says how it ended. Attempts that the core breaks off end
 * at once, as the runner's do.
 */
export class DeliveryDriver {
  readonly core: DeliveryCore;
  /** ms, monotonic. */
  now = 1_000_000;
  /** Everything the core has asked for, oldest first. */
  readonly actions: Action[] = [];
  /** Asked for and not ended, by attempt. */
  readonly underway = new Map<number, Underway>();
  readonly #options: DriverOptions;
  readonly #connected = new Set<number>();
  #minted = 0;

  constructor(options: DriverOptions = {}) {
    this.#options = options;
    const { authorization, allowLoopback = false, limits = DEFAULT_LIMITS } = options;
    this.core = new DeliveryCore({ authorization, allowLoopback, limits });
  }

  step(input: Input): Action[] {
    const actions = this.core.step(input, this.now, this.#options.random?.() ?? 0.5);
    this.actions.push(...actions);
    for (const action of actions) this.#note(action);
    for (const action of actions) if (action.kind === 'abort') this.#breakOff(action.attempt);
    return actions;
  }

  #note(action: Action): void {
    if (action.kind === 'mint' || action.kind === 'push' || action.kind === 'probe') {
      this.underway.set(action.attempt, action);
    }
    if (action.kind === 'report') {
      assert.ok(!JSON.stringify(action).includes(SECRET_MARK), 'S18 a report holds a secret');
    }
  }

  #breakOff(attempt: number): void {
    const action = this.underway.get(attempt);
    if (action?.kind === 'probe') this.step({ kind: 'probed', attempt, failure: 'broken off' });
    if (action?.kind !== 'push') return;
    const kind = this.#connected.has(attempt) ? 'unanswered' : 'unsent';
    this.#endPush(attempt, { kind, words: 'broken off' });
  }

  /** This controller is the one that acts. */
  acts(): this {
    this.step({ kind: 'act' });
    return this;
  }

  rests(): this {
    this.step({ kind: 'rest' });
    return this;
  }

  /** The watch tells of these. */
  sees(...customers: readonly CustomerBuilder[]): this {
    for (const customer of customers) {
      this.step({ kind: 'pods', event: { kind: 'pod', facts: customer.facts() } });
    }
    return this;
  }

  loses(customer: CustomerBuilder): this {
    this.step({ kind: 'pods', event: { kind: 'gone', uid: customer.uid } });
    return this;
  }

  /** A whole list of all pods shows these, and no others. */
  lists(...customers: readonly CustomerBuilder[]): this {
    this.step({ kind: 'pods', event: { kind: 'sync-started' } });
    this.sees(...customers);
    this.step({ kind: 'pods', event: { kind: 'sync-finished' } });
    return this;
  }

  advance(ms: number): this {
    return this.advanceTo(this.now + ms);
  }

  /** Lets time pass, waking the core whenever it asked for it. */
  advanceTo(time: number): this {
    let wakesInPlace = 0;
    for (let at = this.core.nextWake(); at !== undefined && at <= time; at = this.core.nextWake()) {
      wakesInPlace = at > this.now ? 0 : wakesInPlace + 1;
      assert.ok(wakesInPlace < 3, 'the core asks to be woken again and again at the same time');
      this.now = Math.max(this.now, at);
      this.step({ kind: 'wake' });
    }
    this.now = time;
    return this;
  }

  /** Vault answers the pod's mint. */
  mints(customer: CustomerBuilder, change: Partial<WrappingToken> = {}): WrappingToken {
    const { attempt, role } = this.mintOf(customer);
    this.#minted += 1;
    const token: WrappingToken = {
      secret: new Secret(`${SECRET_MARK}-${this.#minted}`),
      role,
      accessor: `accessor-${this.#minted}`,
      creationTime: '2026-01-01T00:00:00Z',
      ttlMs: this.#options.ttlMs ?? 60_000,
      askedAt: this.now,
      ...change,
    };
    this.underway.delete(attempt);
    this.step({ kind: 'minted', attempt, token });
    return token;
  }

  /** Vault fails the pod's mint. */
  mintFails(customer: CustomerBuilder, kind: VaultFailure['kind']): this {
    const { attempt } = this.mintOf(customer);
    this.underway.delete(attempt);
    this.step({ kind: 'mint-failed', attempt, failure: vaultFailure(kind) });
    return this;
  }

  /** Vault answers the look at the controller's own token. */
  ownTokenIs(kind: 'valid' | 'invalid' | 'unknown'): this {
    const failure = vaultFailure('unavailable');
    const { words } = failure;
    this.step({
      kind: 'self-looked-up',
      answer:
        kind === 'valid' ? { kind } : kind === 'invalid' ? { kind, words } : { kind, failure },
    });
    return this;
  }

  /** The pod's init container, or who listens in its place, completes the TLS handshake. */
  connects(customer: CustomerBuilder): this {
    const { attempt } = this.pushTo(customer);
    this.#connected.add(attempt);
    this.step({ kind: 'connected', attempt });
    return this;
  }

  /** Nobody listens at the pod's address. */
  refuses(customer: CustomerBuilder): this {
    this.#endPush(this.pushTo(customer).attempt, { kind: 'unsent', words: 'ECONNREFUSED' });
    return this;
  }

  /** The pod took the push and the connection broke. */
  resets(customer: CustomerBuilder): this {
    const { attempt } = this.pushTo(customer);
    if (!this.#connected.has(attempt)) this.connects(customer);
    this.#endPush(attempt, { kind: 'unanswered', words: 'ECONNRESET' });
    return this;
  }

  answers(customer: CustomerBuilder, result: Result, { tokenUsed = false } = {}): this {
    const reply = { kind: 'answered', result, reason: 'its words', tokenUsed } as const;
    return this.#replies(customer, { kind: 'replied', reply });
  }

  /** As an init container of the original: 200 and nothing else. */
  takes(customer: CustomerBuilder): this {
    return this.#replies(customer, { kind: 'replied', reply: { kind: 'taken' } });
  }

  answersForeign(customer: CustomerBuilder, status: number): this {
    const reply = { kind: 'foreign', status, text: 'whatever' } as const;
    return this.#replies(customer, { kind: 'replied', reply });
  }

  #replies(customer: CustomerBuilder, outcome: PushOutcome): this {
    const { attempt } = this.pushTo(customer);
    if (!this.#connected.has(attempt)) this.connects(customer);
    this.#endPush(attempt, outcome);
    return this;
  }

  /** Ends the probe of the pod: with a failure, or a connection that stood. */
  probes(customer: CustomerBuilder, failure?: string): this {
    const { attempt } = this.probeOf(customer);
    this.underway.delete(attempt);
    this.step({ kind: 'probed', attempt, failure });
    return this;
  }

  #endPush(attempt: number, outcome: PushOutcome): void {
    this.underway.delete(attempt);
    this.#connected.delete(attempt);
    this.step({ kind: 'pushed', attempt, outcome });
  }

  /** The whole way of a pod that waits for its turn; its status is not seen yet. */
  exchanges(customer: CustomerBuilder): WrappingToken {
    const token = this.mints(customer);
    this.answers(customer, 'exchanged', { tokenUsed: true });
    return token;
  }

  mintOf(customer: CustomerBuilder): ActionOf<'mint'> {
    const found = this.#find('mint', (action) => action.pod.uid === customer.uid);
    return found ?? assert.fail(`no mint for ${customer.uid} is under way`);
  }

  pushTo(customer: CustomerBuilder): ActionOf<'push'> {
    const found = this.#find('push', (action) => isTo(customer, action));
    return found ?? assert.fail(`no push to ${customer.uid} is under way`);
  }

  probeOf(customer: CustomerBuilder): ActionOf<'probe'> {
    const found = this.#find('probe', (action) => isTo(customer, action));
    return found ?? assert.fail(`no probe of ${customer.uid} is under way`);
  }

  /** What is under way for the pod, by kind. */
  underwayFor(customer: CustomerBuilder): Action['kind'][] {
    return [...this.underway.values()]
      .filter((one) => (one.kind === 'mint' ? one.pod.uid === customer.uid : isTo(customer, one)))
      .map(({ kind }) => kind);
  }

  #find<Kind extends Underway['kind']>(
    kind: Kind,
    matches: (action: Extract<Underway, { kind: Kind }>) => boolean,
  ): Extract<Underway, { kind: Kind }> | undefined {
    for (const action of this.underway.values()) {
      if (isOfKind(action, kind) && matches(action)) return action;
    }
    return undefined;
  }

  /** All that was asked for of one kind. */
  asked<Kind extends Action['kind']>(kind: Kind): ActionOf<Kind>[] {
    return this.actions.filter((action) => isOfKind(action, kind));
  }

  reports<Kind extends Report['kind']>(kind: Kind): ReportOf<Kind>[] {
    return this.asked('report')
      .map(({ report }) => report)
      .filter((report) => isOfKind(report, kind));
  }

  /** The accessors of the secret_ids that were to be destroyed, in order. */
  destroyed(): (string | undefined)[] {
    return this.asked('destroy').map(({ token }) => token.accessor);
  }

  /** Forgets the actions so far, so that a test sees only what comes next. */
  forget(): this {
    this.actions.length = 0;
    return this;
  }
}

export function driveDelivery(options?: DriverOptions): DeliveryDriver {
  return new DeliveryDriver(options);
}

export function vaultFailure(kind: VaultFailure['kind']): VaultFailure {
  const final = kind === 'denied' || kind === 'missing' || kind === 'rejected';
  return { kind, retryable: !final, words: `Vault says ${kind}` };
}

function isTo(customer: CustomerBuilder, { ip, port }: { ip: string; port: number }): boolean {
  const { ips, initPort } = customer.facts();
  return ips[0] === ip && Number(initPort ?? DEFAULT_INIT_PORT) === port;
}

function isOfKind<Kind extends string, One extends { readonly kind: string }>(
  one: One,
  kind: Kind,
): one is Extract<One, { kind: Kind }> {
  return one.kind === kind;
}
