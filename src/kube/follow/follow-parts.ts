import type { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeError } from '../api/kube-error.ts';

export interface FollowParts<T> {
  readonly client: KubeClient;
  /** The objects, in one collection of the API: few enough to be listed at once, and often. */
  readonly objects: ObjectSource<T>;
  readonly settings: FollowSettings;
  readonly clock: Clock;
  readonly random: Random;
  /** Takes in all there are, at first and after each change. */
  readonly see: (view: View<T>) => void;
  /** Takes in why they cannot be followed, told once for each kind of error; undefined: they can again. */
  readonly trouble: (error: KubeError | undefined) => void;
}

export interface ObjectSource<T> {
  /** What they are, as errors call them: `pods`. */
  readonly name: string;
  /** The collection's path in the API. */
  readonly path: string;
  /** Selectors that narrow the collection. */
  readonly query: Readonly<Record<string, string>>;
  /** May throw a MalformedJsonError: the objects are then listed again, after a pause. */
  readonly decode: (object: unknown) => T;
  /** The RBAC rule that lets our service account list and watch them, for people. */
  readonly rbacRule: string;
}

export interface FollowSettings {
  /** How long a list may take, in milliseconds. */
  readonly listDeadlineMs: number;
  /** A watch that says nothing for so long counts as dead, in milliseconds. */
  readonly silenceMs: number;
  /** After a failure, and after a watch that ended at once. */
  readonly retry: Backoff;
}

/** All objects of the source at one moment. */
export interface View<T> {
  /** The resource version of the moment: decimal digits. */
  readonly version: string;
  readonly objects: readonly T[];
}
