import type { ContainerStart } from '../../kube/pod-facts.ts';
import type { WrappingToken } from '../wrapping-token.ts';

/** One start of a pod's init container, which may be at work with what was pushed to it. */
export interface Holder {
  readonly uid: string;
  readonly start: ContainerStart;
  /** When it was pushed, and when the token and the work with it are over (ms, monotonic). */
  readonly since: number;
  readonly until: number;
}

/** A secret_id that is to be destroyed. */
export interface Cleanup {
  readonly id: number;
  readonly token: WrappingToken;
  /** Who may use it, and if so, keeps it. */
  readonly holder: Holder | undefined;
  /** Whether the holder is known to have nothing of it, so that an alarm is set for the clean-up. */
  isScheduled: boolean;
  tries: number;
}

interface Held {
  readonly cleanups: Set<Cleanup>;
  /** The last sync in which the API server told of the pod. */
  sync: number;
}

/** So many secret_ids are destroyed at once: a heap of them must not stand before a mint. */
const AT_ONCE = 8;

/** What is to be destroyed: some now, in their order, some when it is known that nobody uses them. */
export class CleanupList {
  readonly #all = new Map<number, Cleanup>();
  readonly #held = new Map<string, Held>();
  readonly #due = new Set<number>();
  readonly #underWay = new Set<number>();

  /** @param sync the sync of now */
  add(cleanup: Cleanup, sync: number): void {
    this.#all.set(cleanup.id, cleanup);
    if (cleanup.holder === undefined) return;
    const { uid } = cleanup.holder;
    const held = this.#held.get(uid) ?? { cleanups: new Set<Cleanup>(), sync };
    held.cleanups.add(cleanup);
    this.#held.set(uid, held);
  }

  /** How many are known. */
  get size(): number {
    return this.#all.size;
  }

  /** Whether any is to be destroyed now, or is being destroyed. */
  get isBusy(): boolean {
    return this.#due.size > 0 || this.#underWay.size > 0;
  }

  get hasDue(): boolean {
    return this.#due.size > 0;
  }

  /** Its time has come. */
  makeDue(id: number): void {
    if (this.#all.has(id)) this.#due.add(id);
  }

  /** The next one to destroy, unless enough are being destroyed. */
  takeDue(): Cleanup | undefined {
    if (this.#underWay.size >= AT_ONCE) return undefined;
    const [id] = this.#due;
    const cleanup = id === undefined ? undefined : this.#all.get(id);
    if (cleanup === undefined) return undefined;
    this.#due.delete(cleanup.id);
    this.#takeFromHolder(cleanup);
    this.#underWay.add(cleanup.id);
    cleanup.tries += 1;
    return cleanup;
  }

  /** An attempt at it has ended; undefined where it was called off meanwhile. */
  ended(id: number): Cleanup | undefined {
    this.#underWay.delete(id);
    return this.#all.get(id);
  }

  forget(cleanup: Cleanup): void {
    this.#takeFromHolder(cleanup);
    this.#all.delete(cleanup.id);
    this.#due.delete(cleanup.id);
  }

  /** Those that a pod may use. */
  heldBy(uid: string): readonly (Cleanup & { readonly holder: Holder })[] {
    return [...(this.#held.get(uid)?.cleanups ?? [])].filter(isHeld);
  }

  /** The API server has told of the pod. */
  noteSeen(uid: string, sync: number): void {
    const held = this.#held.get(uid);
    if (held !== undefined) held.sync = sync;
  }

  /** The pods of which the API server has not told since this sync began. */
  notSeenIn(sync: number): string[] {
    return [...this.#held].filter(([, held]) => held.sync < sync).map(([uid]) => uid);
  }

  #takeFromHolder(cleanup: Cleanup): void {
    const { holder } = cleanup;
    if (holder === undefined) return;
    const held = this.#held.get(holder.uid);
    held?.cleanups.delete(cleanup);
    if (held?.cleanups.size === 0) this.#held.delete(holder.uid);
  }
}

function isHeld(cleanup: Cleanup): cleanup is Cleanup & { readonly holder: Holder } {
  return cleanup.holder !== undefined;
}
