import type { Occurrences } from './event-object.ts';
import type { RecorderSettings } from './messages.ts';
import type { PodNotice } from './pod-notice.ts';

/** What happened, as often as it did, since it was last written. */
export interface Entry extends Occurrences {
  /** The same for notices that are one Event. */
  readonly key: string;
  readonly notice: PodNotice;
}

interface HeldEntry extends Entry {
  /** Milliseconds on the monotonic clock. */
  readonly until: number;
}

/** What is to be written, and is not yet: bounded, and each Event in it once. */
export class WaitingList {
  readonly #limits: Pick<RecorderSettings, 'mostWaiting' | 'mostUrgent'>;
  readonly #urgent = new Map<string, Entry>();
  readonly #warnings = new Map<string, Entry>();
  readonly #normals = new Map<string, Entry>();
  /** In the order in which they become due. */
  readonly #held = new Map<string, HeldEntry>();

  constructor(limits: Pick<RecorderSettings, 'mostWaiting' | 'mostUrgent'>) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#urgent.size + this.#usual();
  }

  /** Counts what is waiting already once more; false if it is not. */
  merge(key: string, notice: PodNotice, at: number): boolean {
    return (
      mergeIn(this.#urgent, key, notice, at) ||
      mergeIn(this.#warnings, key, notice, at) ||
      mergeIn(this.#normals, key, notice, at) ||
      mergeIn(this.#held, key, notice, at)
    );
  }

  /** Takes one in, and returns what has to go for it: an older one, or nothing. */
  add(entry: Entry): Entry | undefined {
    if (entry.notice.urgency === 'urgent') {
      put(this.#urgent, entry);
      return this.#urgent.size > this.#limits.mostUrgent ? takeFirst(this.#urgent) : undefined;
    }
    put(entry.notice.type === 'Normal' ? this.#normals : this.#warnings, entry);
    return this.#overflow();
  }

  /** Holds one back until a time (ms, monotonic) that is no earlier than the last one's. */
  hold(entry: Entry, until: number): Entry | undefined {
    this.#held.set(entry.key, { ...entry, until });
    return this.#overflow();
  }

  /** When the first that is held back becomes due. */
  heldUntil(): number | undefined {
    const [first] = this.#held.values();
    return first?.until;
  }

  /** Lets those go whose time has come. */
  release(now: number): void {
    for (const { until, ...entry } of this.#held.values()) {
      if (until > now) return;
      this.#held.delete(entry.key);
      put(this.#warnings, entry);
    }
  }

  /** Takes back what is held of a pod. */
  takeBack(uid: string): void {
    for (const { key, notice } of this.#held.values()) {
      if (notice.pod.uid === uid) this.#held.delete(key);
    }
  }

  hasUrgent(): boolean {
    return this.#urgent.size > 0;
  }

  hasWarnings(): boolean {
    return this.#warnings.size > 0;
  }

  get normals(): number {
    return this.#normals.size;
  }

  takeUrgent(): Entry | undefined {
    return takeFirst(this.#urgent);
  }

  takeWarning(): Entry | undefined {
    return takeFirst(this.#warnings);
  }

  takeNormal(): Entry | undefined {
    return takeFirst(this.#normals);
  }

  #overflow(): Entry | undefined {
    if (this.#usual() <= this.#limits.mostWaiting) return undefined;
    return takeFirst(this.#normals) ?? takeFirst(this.#held) ?? takeFirst(this.#warnings);
  }

  #usual(): number {
    return this.#warnings.size + this.#normals.size + this.#held.size;
  }
}

function mergeIn<E extends Entry>(
  lane: Map<string, E>,
  key: string,
  notice: PodNotice,
  at: number,
): boolean {
  const entry = lane.get(key);
  if (entry === undefined) return false;
  lane.set(key, { ...entry, notice, count: entry.count + 1, lastAt: at });
  return true;
}

/** What has happened since it was taken out stays on top of it. */
function put(lane: Map<string, Entry>, entry: Entry): void {
  const newer = lane.get(entry.key);
  const sum = newer && { ...newer, count: entry.count + newer.count, firstAt: entry.firstAt };
  lane.set(entry.key, sum ?? entry);
}

function takeFirst<E extends Entry>(lane: Map<string, E>): E | undefined {
  const [first] = lane.values();
  if (first !== undefined) lane.delete(first.key);
  return first;
}
