import assert from 'node:assert/strict';
import { Secret } from '../../../src/base/secret.ts';
import type { Action } from '../../../src/delivery/action.ts';
import { DeliveryCore } from '../../../src/delivery/core.ts';
import type { Input, PushOutcome, SelfLookup, VaultFailure } from '../../../src/delivery/input.ts';
import type { Report } from '../../../src/delivery/report.ts';
import { DEFAULT_LIMITS, type DeliveryOptions } from '../../../src/delivery/steps/world.ts';
import type { WrappingToken } from '../../../src/delivery/wrapping-token.ts';
import type { CustomerBuilder } from './customers.ts';

export type ActionOf<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;
export type ReportOf<Kind extends Report['kind']> = Extract<Report, { kind: Kind }>;
type AttemptKind = 'mint' | 'push' | 'probe';

/** Stands in every secret that is made here, so that a leak is found by one search. */
export const SECRET_MARK = 'hvs.SECRET';

export interface HarnessOptions extends Partial<DeliveryOptions> {
  /** For jitter; without it, the middle. */
  readonly random?: () => number;
  /** Of every wrapping token, ms. */
  readonly ttlMs?: number;
  /** Called after each step. */
  readonly onStep?: (actions: readonly Action[]) => void;
}

/**
 * A core on virtual time, and all that it has asked for and that has not ended yet. It checks that
 * no report holds a secret.
 */
export class CoreHarness {
  readonly core: DeliveryCore;
  /** ms, monotonic. */
  now = 1_000_000;
  /** Everything the core has asked for, oldest first. */
  readonly actions: Action[] = [];
  /** Those that have not ended, by attempt. */
  readonly underway = new Map<number, ActionOf<AttemptKind>>();
  /** Attempts that the core wants broken off and that have not ended. */
  readonly aborted = new Set<number>();
  readonly connected = new Set<number>();
  readonly destroys: ActionOf<'destroy'>[] = [];
  readonly tokenLookUps: ActionOf<'look-up-token'>[] = [];
  selfLookUps = 0;
  readonly #options: HarnessOptions;
  #minted = 0;

  constructor(options: HarnessOptions = {}) {
    this.#options = options;
    const { authorization, allowLoopback = false, limits = DEFAULT_LIMITS } = options;
    this.core = new DeliveryCore({ authorization, allowLoopback, limits });
  }

  step(input: Input): void {
    const actions = this.core.step(input, this.now, this.#options.random?.() ?? 0.5);
    this.actions.push(...actions);
    for (const action of actions) this.#note(action);
    this.#options.onStep?.(actions);
  }

  #note(action: Action): void {
    switch (action.kind) {
      case 'mint':
      case 'push':
      case 'probe':
        this.underway.set(action.attempt, action);
        return;
      case 'abort':
        this.aborted.add(action.attempt);
        return;
      case 'destroy':
        this.destroys.push(action);
        return;
      case 'look-up-token':
        this.tokenLookUps.push(action);
        return;
      case 'look-up-self':
        this.selfLookUps += 1;
        return;
      case 'report':
        assert.ok(!JSON.stringify(action).includes(SECRET_MARK), 'S18 a report holds a secret');
    }
  }

  /** This controller is the one that acts. */
  acts(): this {
    this.step({ kind: 'act' });
    return this;
  }

  /** It was told to stop: the pushes in flight may end. */
  rests(): this {
    this.step({ kind: 'rest', finish: true });
    return this;
  }

  /** Its term is over, though nobody told it to stop: what was not sent stays. */
  lapses(): this {
    this.step({ kind: 'rest', finish: false });
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
    this.now = Math.max(this.now, time);
    return this;
  }

  /** A wrapping token as Vault would make it now for that mint. */
  tokenFor({ role }: ActionOf<'mint'>): WrappingToken {
    this.#minted += 1;
    return {
      secret: new Secret(`${SECRET_MARK}-${this.#minted}`),
      role,
      accessor: `accessor-${this.#minted}`,
      creationTime: '2026-01-01T00:00:00Z',
      ttlMs: this.#options.ttlMs ?? 60_000,
      askedAt: this.now,
    };
  }

  endMint(attempt: number, result: WrappingToken | VaultFailure): void {
    this.#end(attempt);
    if ('secret' in result) this.step({ kind: 'minted', attempt, token: result });
    else this.step({ kind: 'mint-failed', attempt, failure: result });
  }

  connect(attempt: number): void {
    this.connected.add(attempt);
    this.step({ kind: 'connected', attempt });
  }

  endPush(attempt: number, outcome: PushOutcome): void {
    this.#end(attempt);
    this.step({ kind: 'pushed', attempt, outcome });
  }

  endProbe(attempt: number, failure: string | undefined): void {
    this.#end(attempt);
    this.step({ kind: 'probed', attempt, failure });
  }

  #end(attempt: number): void {
    this.underway.delete(attempt);
    this.aborted.delete(attempt);
    this.connected.delete(attempt);
  }

  endSelfLookUp(answer: SelfLookup): void {
    this.selfLookUps -= 1;
    this.step({ kind: 'self-looked-up', answer });
  }

  /** Vault says whether it still has the token that was first asked about. */
  endTokenLookUp(gone: boolean): void {
    const { suspect } = this.tokenLookUps.shift() ?? assert.fail('Vault is asked for no token');
    this.step({ kind: 'token-looked-up', suspect, gone });
  }

  /** Ends the oldest attempt at destroying a secret_id. */
  endDestroy(failure?: VaultFailure): void {
    const { cleanup } = this.destroys.shift() ?? assert.fail('nothing is being destroyed');
    this.step({ kind: 'destroyed', cleanup, failure });
  }

  /** Attempts of a kind that have not ended. */
  open<Kind extends AttemptKind>(kind: Kind): ActionOf<Kind>[] {
    return [...this.underway.values()].filter((action) => isOfKind(action, kind));
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

  /** Forgets the actions so far, so that a test sees only what comes next. */
  forget(): this {
    this.actions.length = 0;
    return this;
  }
}

export function vaultFailure(kind: VaultFailure['kind']): VaultFailure {
  const final = kind === 'denied' || kind === 'missing' || kind === 'rejected';
  return { kind, retryable: !final, words: `Vault says ${kind}` };
}

function isOfKind<Kind extends string, One extends { readonly kind: string }>(
  one: One,
  kind: Kind,
): one is Extract<One, { kind: Kind }> {
  return one.kind === kind;
}
