import { type Backoff, backoffDelay } from '../../base/backoff.ts';
import type { RoleName } from '../../wire/role-name.ts';
import type { RoleProblem } from '../reason.ts';

/** Where Vault's answers have left a role; one that is not known is `unproven`, with no failures. */
export type RoleState =
  /** Vault has minted for it. */
  | { readonly kind: 'proven' }
  | { readonly kind: 'unproven'; readonly failures: number }
  /** One mint shows whether Vault has the role; its other pods wait for that. */
  | { readonly kind: 'trying'; readonly failures: number; readonly attempt: number }
  /** Vault said 403: whether of the role or of the controller's token is being asked. */
  | { readonly kind: 'checking'; readonly failures: number; readonly words: string }
  | {
      readonly kind: 'closed';
      readonly failures: number;
      readonly until: number;
      readonly problem: RoleProblem;
    };

const UNPROVEN: RoleState = { kind: 'unproven', failures: 0 };
const BACKOFF: Backoff = { baseMs: 1_000, capMs: 30_000 };

/** Roles by what Vault says of them (S14). Grows with Vault's own roles and with those that pods wait for. */
export class RoleGate {
  readonly #states = new Map<RoleName, RoleState>();
  readonly #everProven = new Set<RoleName>();

  /** How many roles are remembered that Vault has not minted for when last asked. */
  get unacceptedRoles(): number {
    return [...this.#states.values()].filter(({ kind }) => kind !== 'proven').length;
  }

  stateOf(role: RoleName): RoleState {
    return this.#states.get(role) ?? UNPROVEN;
  }

  isProven(role: RoleName): boolean {
    return this.stateOf(role).kind === 'proven';
  }

  /** Whether Vault has minted for it before, whatever it says now. */
  wasProven(role: RoleName): boolean {
    return this.#everProven.has(role);
  }

  prove(role: RoleName): void {
    this.#everProven.add(role);
    this.#states.set(role, { kind: 'proven' });
  }

  try(role: RoleName, attempt: number): void {
    this.#states.set(role, { kind: 'trying', failures: this.#failures(role), attempt });
  }

  check(role: RoleName, words: string): void {
    this.#states.set(role, { kind: 'checking', failures: this.#failures(role), words });
  }

  /** Roles whose 403 waits for the look at the controller's own token. */
  checking(): { role: RoleName; words: string }[] {
    return [...this.#states].flatMap(([role, state]) =>
      state.kind === 'checking' ? [{ role, words: state.words }] : [],
    );
  }

  /** Closes the role for a backoff with jitter by `random` (0 to 1), and says until when (ms, monotonic). */
  close(role: RoleName, problem: RoleProblem, now: number, random: number): number {
    const failures = this.#failures(role) + 1;
    const until = now + backoffDelay(BACKOFF, failures, random);
    this.#states.set(role, { kind: 'closed', failures, until, problem });
    return until;
  }

  /** Lets the role be tried again; `forget` where no pod waits for it. */
  reopen(role: RoleName, forget: boolean): void {
    if (forget) this.#states.delete(role);
    else this.#states.set(role, { kind: 'unproven', failures: this.#failures(role) });
  }

  #failures(role: RoleName): number {
    const state = this.stateOf(role);
    return state.kind === 'proven' ? 0 : state.failures;
  }
}
