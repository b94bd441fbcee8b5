import { type Backoff, backoffDelay } from '../../base/backoff.ts';
import type { VaultProblem } from '../reason.ts';

/** For how long Vault is not asked. After `until`, one mint, the trier, shows whether it is back. */
interface Pause {
  readonly failures: number;
  readonly until: number;
  readonly problem: VaultProblem;
  readonly trier: number | undefined;
}

/** What a failure has led to. Times are ms, monotonic. */
export interface Paused {
  /** Whose pods wait; undefined: everybody's. */
  readonly namespace: string | undefined;
  readonly until: number;
  /** Whether it was not paused before. */
  readonly isNew: boolean;
}

/** A mint that Vault has failed. */
export interface FailedMint {
  readonly id: number;
  readonly namespace: string;
}

const BACKOFF: Backoff = { baseMs: 500, capMs: 5_000 };
/** A namespace that has not failed for so long is forgotten. */
const MEMORY_MS = 60_000;

/**
 * Whether Vault is asked at all (S15). After a failure that is Vault's, one mint at a time tries
 * again, with backoff. A role or a pod address can make Vault fail a request of theirs alone (a role
 * that a proxy dislikes, an address outside of the role's CIDR blocks): so only failures of two
 * namespaces, with no answer between them, pause everybody; one namespace's pause itself (S17).
 */
export class VaultGate {
  #pause: Pause | undefined;
  readonly #pauses = new Map<string, Pause>();
  readonly #failedSinceAnswer = new Set<string>();

  /** What keeps Vault from being asked for this namespace now, if anything does. */
  problemFor(namespace: string, now: number): VaultProblem | undefined {
    const pause = this.#pause ?? this.#pauses.get(namespace);
    return pause === undefined || isOver(pause, now) ? undefined : pause.problem;
  }

  /** When (ms, monotonic) Vault may be asked for anybody; undefined while a mint tries it. */
  opensAt(now: number): number | undefined {
    if (this.#pause === undefined) return now;
    return this.#pause.trier === undefined ? Math.max(now, this.#pause.until) : undefined;
  }

  /** Whether a namespace is not paused for itself. */
  admits(namespace: string, now: number): boolean {
    const pause = this.#pauses.get(namespace);
    return pause === undefined || isOver(pause, now);
  }

  /** When (ms, monotonic) the next namespace that is paused for itself may be tried. */
  admitsNextAt(now: number): number | undefined {
    let next: number | undefined;
    for (const { until, trier } of this.#pauses.values()) {
      if (trier === undefined && until > now && (next ?? until) >= until) next = until;
    }
    return next;
  }

  /** Notes a mint that was admitted. */
  ask(attempt: number, namespace: string): void {
    if (this.#pause !== undefined) this.#pause = { ...this.#pause, trier: attempt };
    const own = this.#pauses.get(namespace);
    if (own !== undefined) this.#pauses.set(namespace, { ...own, trier: attempt });
  }

  /** Vault has answered for a namespace, and may be answering others again or not. */
  answeredFor(namespace: string): boolean {
    return this.#pauses.delete(namespace);
  }

  /** Vault serves the controller; says whether that ended everybody's pause. */
  answered(): boolean {
    const ended = this.#pause !== undefined;
    this.#pause = undefined;
    this.#failedSinceAnswer.clear();
    return ended;
  }

  /** Vault has failed a mint; undefined where that was paused already. */
  failed(mint: FailedMint, problem: VaultProblem, now: number, random: number): Paused | undefined {
    const { id, namespace } = mint;
    const pause = this.#pause;
    if (pause !== undefined) {
      return pause.trier === id ? this.pauseAll(problem, now, random) : undefined;
    }
    this.#failedSinceAnswer.add(namespace);
    if (this.#failedSinceAnswer.size > 1) return this.pauseAll(problem, now, random);
    const own = this.#pauses.get(namespace);
    if (own !== undefined && own.trier !== id && !isOver(own, now)) return undefined;
    this.#forgetOld(now);
    const { until } = this.#keep(namespace, longer(own, problem, now, random));
    return { namespace, until, isNew: own === undefined };
  }

  /** Vault fails the controller itself. */
  pauseAll(problem: VaultProblem, now: number, random: number): Paused {
    const isNew = this.#pause === undefined;
    this.#pauses.clear();
    this.#pause = longer(this.#pause, problem, now, random);
    return { namespace: undefined, until: this.#pause.until, isNew };
  }

  #keep(namespace: string, pause: Pause): Pause {
    this.#pauses.set(namespace, pause);
    return pause;
  }

  #forgetOld(now: number): void {
    for (const [namespace, { until, trier }] of this.#pauses) {
      if (trier === undefined && until + MEMORY_MS < now) this.#pauses.delete(namespace);
    }
  }
}

function isOver({ until, trier }: Pause, now: number): boolean {
  return trier === undefined && until <= now;
}

function longer(
  last: Pause | undefined,
  problem: VaultProblem,
  now: number,
  random: number,
): Pause {
  const failures = (last?.failures ?? 0) + 1;
  const until = now + backoffDelay(BACKOFF, failures, random);
  return { failures, until, problem, trier: undefined };
}
