import { setTimeout as sleep } from 'node:timers/promises';
import { podAddresses } from '../test/support/installation/addresses.ts';
import type { Controller } from '../test/support/installation/controller.ts';
import { CAST, type Part } from './cast.ts';
import type { Cluster } from './cluster.ts';
import { enter, type PodOnStage } from './pod-on-stage.ts';
import { type Progress, progressOf } from './progress.ts';

/** The pods of the cast, and what has become of them so far. */
export interface Stage {
  /** Lets every pod enter in its turn; resolves when all have. */
  enterAll(): Promise<void>;
  progress(): Progress[];
  /** Makes the annotation name the role that the pod is to have. */
  correctAnnotation(part: Part): Promise<void>;
  podOf(part: Part | undefined): PodOnStage | undefined;
}

export function createStage(cluster: Cluster, controller: Controller, volumes: string): Stage {
  const pods = new Map<Part, PodOnStage>();
  const corrected = new Set<Part>();
  const nextAddress = podAddresses();
  return {
    async enterAll() {
      const entrances = CAST.map(async (part) => {
        await sleep(part.entersAfterMs);
        pods.set(part, await enter(part, cluster, { ip: nextAddress(), folder: volumes }));
      });
      await Promise.all(entrances);
    },
    progress() {
      const log = controller.said();
      return CAST.map((part) => progressOf(part, pods.get(part), log, corrected.has(part)));
    },
    async correctAnnotation(part) {
      corrected.add(part);
      await pods.get(part)?.annotate(part.role);
    },
    podOf: (part) => (part === undefined ? undefined : pods.get(part)),
  };
}
