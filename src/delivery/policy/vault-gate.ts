import { type Backoff, backoffDelay } from '../../base/backoff.ts';
import type { VaultProblem } from '../reason.ts';

type GateState =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'closed';
      readonly failures: number;
      readonly until: number;
      readonly problem: VaultProblem;
    }
  /** One mint shows whether Vault is back. */
  | {
      readonly kind: 'trying';
      readonly failures: number;
      readonly attempt: number;
      readonly problem: VaultProblem;
    };

const BACKOFF: Backoff = { baseMs: 500, capMs: 5_000 };

/** Whether Vault is asked at all (S15): after a failure that is Vault's, one mint at a time tries again, with backoff. */
export class VaultGate {
  #state: GateState = { kind: 'open' };

  /** What keeps Vault from being asked, if anything does. */
  get problem(): VaultProblem | undefined {
    return this.#state.kind === 'open' ? undefined : this.#state.problem;
  }

  /** When (ms, monotonic) the next mint is allowed; undefined while one tries. */
  opensAt(now: number): number | undefined {
    if (this.#state.kind === 'open') return now;
    return this.#state.kind === 'closed' ? Math.max(now, this.#state.until) : undefined;
  }

  /** Notes a mint that `opensAt` allowed. */
  ask(attempt: number): void {
    if (this.#state.kind !== 'closed') return;
    this.#state = { ...this.#state, kind: 'trying', attempt };
  }

  /** Vault has answered; says whether that opened the gate. */
  answered(): boolean {
    const opened = this.#state.kind !== 'open';
    this.#state = { kind: 'open' };
    return opened;
  }

  /**
   * Vault has failed `attempt` (undefined: a look-up). Closes the gate, and says until when (ms,
   * monotonic); undefined where it was closed already by one that failed with this one.
   */
  failed(
    attempt: number | undefined,
    problem: VaultProblem,
    now: number,
    random: number,
  ): number | undefined {
    const state = this.#state;
    if (state.kind === 'closed') return undefined;
    if (state.kind === 'trying' && attempt !== undefined && state.attempt !== attempt)
      return undefined;
    const failures = state.kind === 'open' ? 1 : state.failures + 1;
    const until = now + backoffDelay(BACKOFF, failures, random);
    this.#state = { kind: 'closed', failures, until, problem };
    return until;
  }
}
