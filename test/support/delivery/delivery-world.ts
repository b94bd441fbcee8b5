import TinyQueue from 'tinyqueue';
import type { Action } from '../../../src/delivery/action.ts';
import type { VaultFailure } from '../../../src/delivery/input.ts';
import type { Reply, Result } from '../../../src/wire/answer.ts';
import { type ActionOf, CoreHarness, type HarnessOptions, vaultFailure } from './core-harness.ts';
import type { CustomerBuilder } from './customers.ts';

/** How whoever listens at a pod's address behaves. Times in ms. */
export interface Peer {
  /** How long the TLS handshake takes; or nothing ever comes back; or the connection is refused. */
  readonly connects: number | 'never' | 'refused';
  /** How long the answer takes after that. */
  readonly answers?: number | 'never';
  readonly result?: Result;
}

export const GOOD: Peer = { connects: 2, answers: 20, result: 'exchanged' };

export interface WorldOptions extends HarnessOptions {
  /** What Vault says to a mint for a role; undefined: it mints. */
  readonly vault?: (role: string, now: number) => VaultFailure['kind'] | undefined;
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
}

const CONNECT_DEADLINE_MS = 3_000;
const PUSH_DEADLINE_MS = 25_000;
/** Vault serves one request at a time, about 1,250 a second, each on its way for 4 ms. */
const VAULT_SERVICE_MS = 0.8;
const VAULT_WAY_MS = 4;
/** From the container's end to the event of the watch. */
const STATUS_MS = 30;

/** A core among a modelled Vault and modelled init containers, on virtual time: quick enough for thousands of pods. */
export class DeliveryWorld {
  readonly core: CoreHarness;
  /** When each pod arrived, and was delivered, by UID, ms. */
  readonly arrived = new Map<string, number>();
  readonly delivered = new Map<string, number>();
  /** When Vault was asked to mint. */
  readonly mints: { readonly at: number; readonly role: string }[] = [];
  readonly #events = new TinyQueue<Event>([], (a, b) => a.at - b.at || a.order - b.order);
  readonly #pods = new Map<string, { readonly pod: CustomerBuilder; readonly peer: Peer }>();
  readonly #options: WorldOptions;
  #vaultFreeAt = 0;
  #order = 0;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.core = new CoreHarness({ ...options, onStep: (actions) => this.#carryOut(actions) });
    this.core.acts();
  }

  /** The pod's init container begins to run now. */
  arrive(pod: CustomerBuilder, peer: Peer = GOOD): void {
    this.#pods.set(pod.facts().ips[0] ?? '', { pod, peer });
    this.arrived.set(pod.uid, this.core.now);
    this.core.sees(pod);
  }

  after(ms: number, happen: () => void): void {
    this.#order += 1;
    this.#events.push({ at: this.core.now + ms, order: this.#order, happen });
  }

  /** Lets all happen that does within `ms`. */
  run(ms: number): void {
    const end = this.core.now + ms;
    for (let next = this.#events.peek(); next !== undefined && next.at <= end; ) {
      this.core.advanceTo(next.at);
      // Waking the core may have led to something earlier, at this very moment.
      this.#events.pop()?.happen();
      next = this.#events.peek();
    }
    this.core.advanceTo(end);
  }

  /** How long the pod waited, ms; undefined while it waits. */
  waited(pod: CustomerBuilder): number | undefined {
    const at = this.delivered.get(pod.uid);
    return at === undefined ? undefined : at - (this.arrived.get(pod.uid) ?? 0);
  }

  #carryOut(actions: readonly Action[]): void {
    for (const action of actions) {
      if (action.kind === 'mint') this.#mint(action);
      if (action.kind === 'push') this.#push(action);
      if (action.kind === 'probe') this.#probe(action);
      if (action.kind === 'destroy') this.#askVault(() => this.core.endDestroy());
      if (action.kind === 'look-up-token') this.#askVault(() => this.core.endTokenLookUp(false));
      if (action.kind === 'look-up-self') {
        this.#askVault(() => this.core.endSelfLookUp({ kind: 'valid' }));
      }
      if (action.kind === 'report' && action.report.kind === 'delivered') {
        this.delivered.set(action.report.pod.uid, this.core.now);
      }
    }
  }

  #askVault(answer: () => void): void {
    const { now } = this.core;
    this.#vaultFreeAt = Math.max(now + VAULT_WAY_MS / 2, this.#vaultFreeAt) + VAULT_SERVICE_MS;
    this.after(this.#vaultFreeAt + VAULT_WAY_MS / 2 - now, answer);
  }

  #mint(mint: ActionOf<'mint'>): void {
    this.mints.push({ at: this.core.now, role: mint.role });
    this.#askVault(() => {
      const failure = this.#options.vault?.(mint.role, this.core.now);
      const result = failure === undefined ? this.core.tokenFor(mint) : vaultFailure(failure);
      this.core.endMint(mint.attempt, result);
    });
  }

  #push({ attempt, ip }: ActionOf<'push'>): void {
    const { pod, peer } = this.#at(ip);
    this.#connect(peer, attempt, (problem) => {
      if (problem !== undefined) {
        return this.core.endPush(attempt, { kind: 'unsent', words: problem });
      }
      this.core.connect(attempt);
      const { answers = 'never', result = 'exchanged' } = peer;
      if (answers === 'never') {
        return this.#later(PUSH_DEADLINE_MS, attempt, () =>
          this.core.endPush(attempt, { kind: 'unanswered', words: 'no answer in time' }),
        );
      }
      this.#later(answers, attempt, () => {
        const reply: Reply = { kind: 'answered', result, reason: 'words', tokenUsed: false };
        this.core.endPush(attempt, { kind: 'replied', reply });
        if (result === 'exchanged') this.after(STATUS_MS, () => this.core.sees(pod.ended(0)));
      });
    });
  }

  #probe({ attempt, ip }: ActionOf<'probe'>): void {
    const { peer } = this.#at(ip);
    this.#connect(peer, attempt, (problem) => this.core.endProbe(attempt, problem));
  }

  #connect({ connects }: Peer, attempt: number, then: (problem?: string) => void): void {
    if (connects === 'refused') return this.#later(1, attempt, () => then('ECONNREFUSED'));
    if (connects === 'never') {
      return this.#later(CONNECT_DEADLINE_MS, attempt, () => then('no connection in time'));
    }
    this.#later(connects, attempt, () => then());
  }

  /** Unless the attempt has ended by then. */
  #later(ms: number, attempt: number, happen: () => void): void {
    this.after(ms, () => this.core.underway.has(attempt) && happen());
  }

  #at(ip: string) {
    const found = this.#pods.get(ip);
    if (found === undefined) throw new Error(`nobody is at ${ip}`);
    return found;
  }
}
