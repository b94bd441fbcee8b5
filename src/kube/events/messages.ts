import type { Backoff } from '../../base/backoff.ts';
import type { KubeError } from '../api/kube-error.ts';
import type { EventChange, EventObject, EventSource } from './event-object.ts';
import type { PodNotice } from './pod-notice.ts';

/** What has happened since the last step. */
export type RecorderInput =
  /** `at` is the wall clock's time, in milliseconds since the Unix epoch. */
  | { readonly kind: 'notice'; readonly notice: PodNotice; readonly at: number }
  /** The API server has taken what was to be written, or has not. */
  | { readonly kind: 'answered'; readonly error: KubeError | undefined }
  | { readonly kind: 'wake' };

/** What is to be done. A `create` or `patch` is answered before there is another. */
export type RecorderAction =
  | { readonly kind: 'create'; readonly event: EventObject }
  | {
      readonly kind: 'patch';
      readonly namespace: string;
      readonly name: string;
      readonly change: EventChange;
    }
  | { readonly kind: 'report'; readonly report: RecorderReport };

/** What people may want to know of the recorder's own work. */
export type RecorderReport =
  /** Events may not be written. Told once, until they may. */
  | { readonly kind: 'forbidden'; readonly error: KubeError; readonly retryInMs: number }
  | { readonly kind: 'allowed-again' }
  /** The API server cannot be reached, or is not well. Told once, until it is. */
  | { readonly kind: 'failing'; readonly error: KubeError; readonly retryInMs: number }
  | { readonly kind: 'recovered' }
  /** The API server does not take this one. */
  | { readonly kind: 'refused'; readonly error: KubeError }
  /** So many have not been written since the last such report. */
  | { readonly kind: 'dropped'; readonly normal: number; readonly warning: number };

export interface RecorderSettings {
  readonly source: EventSource;
  /** How many may wait, urgent ones aside; the oldest Normal one goes first when it is one more. */
  readonly mostWaiting: number;
  readonly mostUrgent: number;
  /** How many Events, and pods, are remembered. */
  readonly mostRemembered: number;
  /** Requests to the API server. */
  readonly overall: { readonly perSecond: number; readonly burst: number };
  /**
   * More Normal ones than so many that wait are a crowd: they let the work go first that they tell
   * of, until none has come for `quietMs`; in the meantime one is written in that time.
   */
  readonly crowd: number;
  readonly quietMs: number;
  readonly eachPod: { readonly perSecond: number; readonly burst: number };
  /** How long what may pass by itself is held back. */
  readonly patienceMs: number;
  /** After the API server has forbidden a namespace's Events. */
  readonly forbiddenMs: number;
  readonly retry: Backoff;
  /** After so many an Event is given up. */
  readonly mostAttempts: number;
  readonly tellDropsEveryMs: number;
}

/**
 * Modest beside client-go's (25 for a pod, 1,000 in its queue): what thousands of pods have in common
 * stands in the log once, and the API server has their own Events to write.
 */
export const DEFAULT_RECORDER_SETTINGS: Omit<RecorderSettings, 'source'> = {
  mostWaiting: 1_000,
  mostUrgent: 10_000,
  mostRemembered: 4_096,
  overall: { perSecond: 10, burst: 10 },
  crowd: 20,
  quietMs: 1_000,
  eachPod: { perSecond: 1 / 60, burst: 15 },
  patienceMs: 5_000,
  forbiddenMs: 600_000,
  retry: { baseMs: 1_000, capMs: 60_000 },
  mostAttempts: 12,
  tellDropsEveryMs: 60_000,
};
