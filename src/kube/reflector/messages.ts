import type { Backoff } from '../../base/backoff.ts';
import type { KubeError } from '../api/kube-error.ts';
import type { PodEvent } from '../pod-event.ts';
import type { PodFacts } from '../pod-facts.ts';

/** One page of a list. Every page of one list is of the same moment. */
export interface ListQuery {
  readonly fieldSelector: string;
  readonly limit: number;
  /** The moment to list, exactly; undefined for the most recent one, and where `continueToken` says it. */
  readonly exactVersion?: string;
  /** From the page before. */
  readonly continueToken?: string;
}

export interface PodPage {
  readonly facts: readonly PodFacts[];
  /** The resource version of the moment that the list shows. */
  readonly version: string;
  /** Asks for the next page; undefined at the end. */
  readonly continueToken: string | undefined;
}

export interface WatchQuery {
  /** The events after this resource version. */
  readonly version: string;
  /** When the server ends the watch, in seconds. */
  readonly timeoutSeconds: number;
}

/** One event of a watch: with it, everything up to resource version `version` has been told. */
export type WatchEvent =
  | { readonly kind: 'pod'; readonly version: string; readonly facts: PodFacts }
  | { readonly kind: 'gone'; readonly version: string; readonly facts: PodFacts }
  | { readonly kind: 'bookmark'; readonly version: string }
  /** Of a pod that is not in scope, or of something that is no pod. */
  | { readonly kind: 'other'; readonly version: string };

/** What has happened since the last step. `request` says which request it answers. */
export type ReflectorInput =
  /** The time has come that `nextWake` named; also the first input. */
  | { readonly kind: 'wake' }
  | { readonly kind: 'page'; readonly request: number; readonly page: PodPage }
  | { readonly kind: 'list-failed'; readonly request: number; readonly error: KubeError }
  /** The server watches for us from now on, though there may be nothing to tell yet. */
  | { readonly kind: 'watch-accepted'; readonly request: number }
  | { readonly kind: 'events'; readonly request: number; readonly events: readonly WatchEvent[] }
  /** The watch ended: as it should, or with an error. */
  | {
      readonly kind: 'watch-ended';
      readonly request: number;
      readonly error: KubeError | undefined;
    };

/** What is to be done, in this order. */
export type ReflectorAction =
  | { readonly kind: 'list'; readonly request: number; readonly query: ListQuery }
  | { readonly kind: 'watch'; readonly request: number; readonly query: WatchQuery }
  | { readonly kind: 'abort'; readonly request: number }
  | { readonly kind: 'emit'; readonly event: PodEvent }
  | { readonly kind: 'report'; readonly report: ReflectorReport };

/** What people may want to know of the reflector's work. */
export type ReflectorReport =
  /** A list or watch fails otherwise than it did before; reported once for each kind of error. */
  | {
      readonly kind: 'failing';
      readonly verb: 'list' | 'watch';
      readonly error: KubeError;
      readonly retryInMs: number;
    }
  | { readonly kind: 'recovered'; readonly verb: 'list' | 'watch' }
  /** A watch ended, with an error or as the server's timeout has it; it is resumed. */
  | { readonly kind: 'watch-ended'; readonly error: KubeError | undefined }
  /** The watch cannot be resumed from where it was: all pods are listed again. */
  | { readonly kind: 'relisting'; readonly error: KubeError }
  /** All pods have been listed: so many in so many milliseconds. */
  | { readonly kind: 'synced'; readonly pods: number; readonly ms: number };

export interface ReflectorSettings {
  /** Pods to a page. */
  readonly pageLimit: number;
  /** The server ends a watch after this, and up to half as much again, in milliseconds. */
  readonly watchTimeoutMs: number;
  /** A watch that says nothing for so long, though it sends bookmarks each minute, is dead. */
  readonly silenceMs: number;
  /** A watch that ends sooner than this is no success. */
  readonly shortWatchMs: number;
  /** After errors that pass by themselves. */
  readonly retry: Backoff;
  /** After errors that a person has to mend. */
  readonly slowRetry: Backoff;
}

export const DEFAULT_REFLECTOR_SETTINGS: ReflectorSettings = {
  pageLimit: 500,
  watchTimeoutMs: 240_000,
  silenceMs: 150_000,
  shortWatchMs: 5_000,
  retry: { baseMs: 200, capMs: 5_000 },
  slowRetry: { baseMs: 2_000, capMs: 30_000 },
};
