import type { Cancel } from '../../base/clock.ts';
import { type Change, createHistory } from './history.ts';
import type { Kind } from './kinds.ts';
import { type KubeObject, keyOf } from './object.ts';

/** Objects of all kinds under one resourceVersion, and the history of their changes. */
export interface Store {
  /** The version of the latest change. */
  version(): number;
  find(kind: Kind, namespace: string, name: string): KubeObject | undefined;
  /** All objects of a kind, in the order of namespace and name. */
  all(kind: Kind): KubeObject[];
  /** As `all` was at an earlier version, or undefined when the history no longer reaches back to it. */
  allAt(kind: Kind, version: number): KubeObject[] | undefined;
  /** Stores the object at the next version, which it then carries. */
  write(kind: Kind, object: KubeObject): KubeObject;
  remove(kind: Kind, object: KubeObject): KubeObject;
  /** The changes after `version`, or undefined when the history no longer reaches back to it. */
  changesSince(version: number): readonly Change[] | undefined;
  /** Forgets the history up to now, as a compaction does. */
  forgetHistory(): void;
  /** Every listener sees every change, in order, even when one of them makes the next. */
  onChange(listener: (change: Change) => void): Cancel;
}

export function createStore(): Store {
  const kinds = new Map<Kind, Map<string, KubeObject>>();
  const history = createHistory();
  let version = 0;

  const objectsOf = (kind: Kind) => {
    const objects = kinds.get(kind) ?? new Map<string, KubeObject>();
    kinds.set(kind, objects);
    return objects;
  };
  const atNextVersion = (object: KubeObject): KubeObject => {
    version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
  };
  return {
    version: () => version,
    find: (kind, namespace, name) => objectsOf(kind).get(`${namespace}/${name}`),
    all: (kind) => inOrder(objectsOf(kind)),
    allAt(kind, past) {
      const since = history.since(past);
      return since && inOrder(undo(objectsOf(kind), kind, since));
    },
    write(kind, given) {
      const key = keyOf(given);
      const previous = objectsOf(kind).get(key);
      const object = atNextVersion(given);
      objectsOf(kind).set(key, object);
      const type = previous === undefined ? 'ADDED' : 'MODIFIED';
      history.record({ type, version, kind, object, previous });
      return object;
    },
    remove(kind, previous) {
      objectsOf(kind).delete(keyOf(previous));
      const object = atNextVersion(previous);
      history.record({ type: 'DELETED', version, kind, object, previous });
      return object;
    },
    changesSince: (version) => history.since(version),
    forgetHistory: () => history.forget(version),
    onChange: (listener) => history.onChange(listener),
  };
}

function undo(
  objects: ReadonlyMap<string, KubeObject>,
  kind: Kind,
  changes: readonly Change[],
): Map<string, KubeObject> {
  const past = new Map(objects);
  for (const change of changes.toReversed()) {
    if (change.kind !== kind) continue;
    if (change.previous) past.set(keyOf(change.object), change.previous);
    else past.delete(keyOf(change.object));
  }
  return past;
}

function inOrder(objects: ReadonlyMap<string, KubeObject>): KubeObject[] {
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}
