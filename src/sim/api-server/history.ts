import type { Cancel } from '../../base/clock.ts';
import type { Kind } from './kinds.ts';
import type { KubeObject } from './object.ts';

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly version: number;
  readonly kind: Kind;
  /** As it is after the change; a deleted one as it was, at the version of its deletion. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

/** What has changed, for those who ask from when on, and for those who listen. */
export interface History {
  record(change: Change): void;
  /** The changes after `version`, or undefined when they are no longer all known. */
  since(version: number): readonly Change[] | undefined;
  /** Forgets everything up to `version`. */
  forget(version: number): void;
  /** Every listener sees every change, in order, even when one of them makes the next. */
  onChange(listener: (change: Change) => void): Cancel;
}

/** Bounded, as a real watch cache is. */
const LONGEST = 20_000;

export function createHistory(): History {
  const listeners = new Set<(change: Change) => void>();
  const waiting: Change[] = [];
  let changes: Change[] = [];
  let [forgotten, handingOut] = [0, false];

  const handOut = () => {
    if (handingOut) return; // a listener made a change: it waits for its turn
    handingOut = true;
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        for (const listener of [...listeners]) listener(next);
      }
    } finally {
      handingOut = false;
    }
  };
  return {
    record(change) {
      changes.push(change);
      if (changes.length > 2 * LONGEST) {
        changes = changes.slice(-LONGEST);
        forgotten = (changes[0]?.version ?? change.version) - 1;
      }
      waiting.push(change);
      handOut();
    },
    since: (version) =>
      version < forgotten
        ? undefined
        : changes.slice(changes.findLastIndex((change) => change.version <= version) + 1),
    forget(version) {
      changes = changes.filter((change) => change.version > version);
      forgotten = version;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
