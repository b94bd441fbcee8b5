import type { Cancel, Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { notFound } from './api-error.ts';
import { KINDS, type Kind } from './kinds.ts';
import { type ListQuery, list, type ObjectList } from './list.ts';
import type { KubeObject } from './object.ts';
import { createStore } from './store.ts';
import { createWatches, type WatchEnd, type Watcher, type WatchQuery } from './watch.ts';
import { createWriter, type Target, type Writer } from './write.ts';

/**
 * A Kubernetes API server in memory, as far as a controller of pods needs one. All methods answer at
 * once; what the API would refuse is thrown as an ApiError with the real server's Status.
 */
export interface ApiServer extends Writer {
  get(target: Target): KubeObject;
  list(kind: Kind, query?: ListQuery): ObjectList;
  /** Events come within the call that causes them; gives back what ends the watch. */
  watch(kind: Kind, query: WatchQuery, watcher: Watcher): Cancel;
  /** From now on, what began before this moment gets 410: older watches, and lists in the middle of their pages. */
  expireHistory(): void;
  /** Ends all running watches. */
  endWatches(how: WatchEnd): void;
  watchCount(): number;
  /** The version of the latest change to anything. */
  version(): number;
}

export function createApiServer(clock: Clock, random: Random): ApiServer {
  const store = createStore();
  const watches = createWatches(store, clock, random);
  const writer = createWriter({ store, clock, random });
  for (const name of ['default', 'kube-system']) {
    writer.create(KINDS.namespaces, '', { metadata: { name } });
  }
  return {
    ...writer,
    get({ kind, namespace, name }) {
      const object = store.find(kind, namespace, name);
      if (!object) throw notFound(kind, name);
      return object;
    },
    list: (kind, query = {}) => list(store, kind, query),
    watch: (kind, query, watcher) => watches.watch(kind, query, watcher),
    expireHistory: () => store.forgetHistory(),
    endWatches: (how) => watches.endAll(how),
    watchCount: () => watches.count(),
    version: () => store.version(),
  };
}
