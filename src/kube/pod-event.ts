import type { PodFacts } from './pod-facts.ts';

/**
 * What the reflector tells of the pods in scope, in an order that never goes back in time for a pod.
 *
 * Between `sync-started` and `sync-finished` every pod that exists and has not ended is reported at
 * least once; what a consumer knows and was not reported in between is no more. A sync that starts
 * before the last one finished replaces it. Until then, the old knowledge stays good.
 */
export type PodEvent =
  /** A list of all pods begins: at the start, and whenever the watch could not be resumed. */
  | { readonly kind: 'sync-started' }
  /** A pod as it is now: listed, added or changed. */
  | { readonly kind: 'pod'; readonly facts: PodFacts }
  /** A pod is deleted. The consumer need not have heard of it. */
  | { readonly kind: 'gone'; readonly uid: string }
  /** Every pod that waits for its init containers (phase Pending) has been reported. */
  | { readonly kind: 'pending-listed' }
  /** Every pod has been reported. */
  | { readonly kind: 'sync-finished' };
