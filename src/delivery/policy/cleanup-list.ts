import type { ContainerStart } from '../../kube/pod-facts.ts';
import type { WrappingToken } from '../wrapping-token.ts';

/** One start of a pod's init container, which may be at work with what was pushed to it. */
export interface Holder {
  readonly uid: string;
  readonly start: ContainerStart;
}

/** A secret_id that is to be destroyed. */
export interface Cleanup {
  readonly id: number;
  readonly token: WrappingToken;
  /** Who may hold it, and if so, keeps it. */
  readonly holder: Holder | undefined;
  tries: number;
}

/** So many secret_ids are destroyed at once: a heap of them must not stand before a mint. */
const AT_ONCE = 8;

/** What is to be destroyed: some now, in their order, some only when a holder has had its time. */
export class CleanupList {
  readonly #all = new Map<number, Cleanup>();
  readonly #byPod = new Map<string, Set<Cleanup>>();
  readonly #due = new Set<number>();
  readonly #underWay = new Set<number>();

  add(cleanup: Cleanup): void {
    this.#all.set(cleanup.id, cleanup);
    if (cleanup.holder === undefined) return;
    const { uid } = cleanup.holder;
    this.#byPod.set(uid, (this.#byPod.get(uid) ?? new Set()).add(cleanup));
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
    const { id, holder } = cleanup;
    this.#all.delete(id);
    this.#due.delete(id);
    if (holder === undefined) return;
    const ofPod = this.#byPod.get(holder.uid);
    ofPod?.delete(cleanup);
    if (ofPod?.size === 0) this.#byPod.delete(holder.uid);
  }

  /** Those that a pod may hold. */
  heldBy(uid: string): readonly Cleanup[] {
    return [...(this.#byPod.get(uid) ?? [])];
  }
}
