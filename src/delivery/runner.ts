import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { type WakeTimer, wakeTimer } from '../base/wake-timer.ts';
import type { ActingTerm } from './acting-term.ts';
import type { Action } from './action.ts';
import type { DeliveryCore } from './core.ts';
import { type CredentialSource, vaultFailure } from './credential-source.ts';
import type { Input } from './input.ts';
import type { Pusher } from './pusher.ts';
import type { Reporter } from './report.ts';

export interface RunnerParts {
  readonly core: DeliveryCore;
  readonly vault: CredentialSource;
  readonly pusher: Pusher;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Carries the core's actions out and tells it how they ended. What its parts do not throw by contract
 * they throw by a fault of ours: such a rejection is left to end the process.
 */
export class DeliveryRunner {
  readonly #parts: RunnerParts;
  readonly #aborts = new Map<number, AbortController>();
  readonly #timer: WakeTimer;
  #onIdle: () => void = () => {};
  #isStopping = false;
  /** By what it acts, or finishes what it began; undefined at rest. */
  #term: Pick<ActingTerm, 'isValid'> | undefined;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#timer = wakeTimer(parts.clock, () => this.#step({ kind: 'wake' }));
  }

  /** Tells the core of pods. */
  take(input: Extract<Input, { kind: 'pods' }>): void {
    this.#step(input);
  }

  /** Acts until the term is over, or another one begins; not after `stop`. */
  act(term: ActingTerm): void {
    if (this.#isStopping) return;
    if (this.#term !== undefined) this.#rest(false);
    if (term.signal.aborted || !term.isValid(this.#parts.clock.now())) return;
    this.#term = term;
    const end = () => {
      if (this.#term === term) this.#rest(false);
    };
    term.signal.addEventListener('abort', end, { once: true });
    this.#feed({ kind: 'act' });
  }

  /**
   * Starts nothing more, and resolves when what is in flight has ended and been cleaned up after, or
   * `withinMs` milliseconds are over: what is still in flight then is broken off. The end of the term
   * changes nothing more; who gives up the lead calls this first.
   */
  async stop(withinMs: number): Promise<void> {
    const { core, clock } = this.#parts;
    this.#isStopping = true;
    const endsAt = clock.now() + withinMs;
    this.#checkTerm();
    this.#rest(true);
    this.#term = { isValid: (now) => now <= endsAt };
    if (core.isBusy()) {
      await new Promise<void>((resolve) => {
        const cancel = clock.callAt(endsAt, resolve);
        this.#onIdle = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#timer.stop();
    for (const abort of this.#aborts.values()) abort.abort();
  }

  #step(input: Input): void {
    this.#checkTerm();
    this.#feed(input);
  }

  /** A process that was paused must not act on what was true before, whatever wakes it first (S44). */
  #checkTerm(): void {
    if (this.#term?.isValid(this.#parts.clock.now()) === false) this.#rest(false);
  }

  #rest(finish: boolean): void {
    this.#term = undefined;
    this.#feed({ kind: 'rest', finish });
  }

  #feed(input: Input): void {
    const { core, clock, random } = this.#parts;
    for (const action of core.step(input, clock.now(), random())) this.#perform(action);
    this.#timer.set(core.nextWake());
    if (!core.isBusy()) this.#onIdle();
  }

  #perform(action: Action): void {
    switch (action.kind) {
      case 'mint':
        return this.#mint(action);
      case 'push':
        return this.#push(action);
      case 'probe':
        return this.#probe(action);
      case 'abort':
        return this.#aborts.get(action.attempt)?.abort();
      case 'look-up-self':
        return this.#lookUpSelf();
      case 'look-up-token':
        return this.#lookUpToken(action);
      case 'destroy':
        return this.#destroy(action);
      case 'report':
        return this.#parts.reporter.report(action.report);
    }
  }

  #mint({ attempt, role, pod }: Extract<Action, { kind: 'mint' }>): void {
    void this.#parts.vault.mint(role, pod).then(
      (token) => this.#step({ kind: 'minted', attempt, token }),
      (error) => this.#step({ kind: 'mint-failed', attempt, failure: vaultFailure(error) }),
    );
  }

  #push({ attempt, token, ip, port }: Extract<Action, { kind: 'push' }>): void {
    const { signal } = this.#abortable(attempt);
    const onConnected = () => {
      this.#checkTerm();
      if (!signal.aborted) this.#feed({ kind: 'connected', attempt });
    };
    void this.#parts.pusher.push({ ip, port }, token, { signal, onConnected }).then((outcome) => {
      this.#aborts.delete(attempt);
      this.#step({ kind: 'pushed', attempt, outcome });
    });
  }

  #probe({ attempt, ip, port }: Extract<Action, { kind: 'probe' }>): void {
    const { signal } = this.#abortable(attempt);
    void this.#parts.pusher.probe({ ip, port }, signal).then((failure) => {
      this.#aborts.delete(attempt);
      this.#step({ kind: 'probed', attempt, failure });
    });
  }

  #abortable(attempt: number): AbortController {
    const abort = new AbortController();
    this.#aborts.set(attempt, abort);
    return abort;
  }

  #lookUpSelf(): void {
    void this.#parts.vault
      .lookUpSelf()
      .then((answer) => this.#step({ kind: 'self-looked-up', answer }));
  }

  #lookUpToken({ suspect, token }: Extract<Action, { kind: 'look-up-token' }>): void {
    void this.#parts.vault
      .isGone(token)
      .then((gone) => this.#step({ kind: 'token-looked-up', suspect, gone }));
  }

  #destroy({ cleanup, token }: Extract<Action, { kind: 'destroy' }>): void {
    void this.#parts.vault.destroy(token).then(
      () => this.#step({ kind: 'destroyed', cleanup, failure: undefined }),
      (error) => this.#step({ kind: 'destroyed', cleanup, failure: vaultFailure(error) }),
    );
  }
}
