import assert from 'node:assert/strict';
import type { PodEvent } from '../../src/kube/pod-event.ts';
import type { PodFacts } from '../../src/kube/pod-facts.ts';

/** The pods that really are: by UID, the number of the latest write to each that has not ended. */
export type Truth = ReadonlyMap<string, { readonly write: number; readonly phase: string }>;

/** A consumer of pod events that remembers what it is told, and fails on what it must never be told. */
export interface PodKnowledge {
  take(event: PodEvent): void;
  /** The latest write that it has heard of, by UID. */
  pods(): ReadonlyMap<string, number>;
  syncs(): { readonly started: number; readonly finished: number };
}

/** Each pod carries the number of the write that made it as it is, in its annotation. */
export function writeOf(facts: PodFacts): number {
  return Number(facts.approle?.replace('write-', ''));
}

export function podKnowledge(truth: () => Truth): PodKnowledge {
  const known = new Map<string, number>();
  const latest = new Map<string, number>();
  const dead = new Set<string>();
  let reported: Set<string> | undefined;
  let pendingAtStart: string[] = [];
  const syncs = { started: 0, finished: 0 };

  const pod = (facts: PodFacts) => {
    const write = writeOf(facts);
    assert.ok(!dead.has(facts.uid), 'a pod that is gone does not come back');
    assert.ok(write >= (latest.get(facts.uid) ?? 0), 'nothing old follows something newer');
    latest.set(facts.uid, write);
    reported?.add(facts.uid);
    if (facts.phase === 'Succeeded') known.delete(facts.uid);
    else known.set(facts.uid, write);
  };
  const sweep = () => {
    for (const uid of known.keys()) {
      if (reported?.has(uid)) continue;
      assert.ok(!truth().has(uid), 'a pod that exists is reported in each sync');
      known.delete(uid);
    }
    reported = undefined;
  };
  const checkPending = () => {
    for (const uid of pendingAtStart) {
      const isPending = truth().get(uid)?.phase === 'Pending';
      assert.ok(!isPending || reported?.has(uid), 'pending-listed means every pending pod');
    }
  };
  return {
    take(event) {
      if (event.kind === 'sync-started') {
        syncs.started++;
        reported = new Set();
        pendingAtStart = [...truth()]
          .filter(([, { phase }]) => phase === 'Pending')
          .map(([uid]) => uid);
      } else if (event.kind === 'pod') pod(event.facts);
      else if (event.kind === 'gone') {
        dead.add(event.uid);
        known.delete(event.uid);
      } else if (event.kind === 'pending-listed') checkPending();
      else {
        syncs.finished++;
        sweep();
      }
    },
    pods: () => known,
    syncs: () => syncs,
  };
}
