import { setTimeout as sleep } from 'node:timers/promises';
import { podAddresses } from '../test/support/installation/addresses.ts';
import { CAST, HALF_WAY_MS, type Part } from './cast.ts';
import type { Cluster } from './cluster.ts';
import type { Controllers } from './controllers.ts';
import { enter, type PodOnStage } from './pod-on-stage.ts';
import { type Progress, progressOf } from './progress.ts';
import type { Member } from './reign.ts';

/** The controllers, the pods of the cast, and what has become of them so far. */
export interface Scene {
  readonly controllers: readonly Member[];
  readonly pods: readonly Progress[];
}

/** Where it all happens. */
export interface Stage {
  /** Lets every pod enter in its turn; resolves when all have. */
  enterAll(): Promise<void>;
  /** Half-way through the entrances, ends the controller that acts by SIGKILL. */
  killLeaderHalfWay(): Promise<void>;
  scene(): Scene;
  /** Makes the annotation name the role that the pod is to have. */
  correctAnnotation(part: Part): Promise<void>;
  podOf(part: Part | undefined): PodOnStage | undefined;
}

export function createStage(cluster: Cluster, controllers: Controllers, volumes: string): Stage {
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
    async killLeaderHalfWay() {
      await sleep(HALF_WAY_MS);
      controllers.killLeader();
    },
    scene() {
      const log = controllers.log();
      const progress = (part: Part) => progressOf(part, pods.get(part), log, corrected.has(part));
      return { controllers: controllers.members(), pods: CAST.map(progress) };
    },
    async correctAnnotation(part) {
      corrected.add(part);
      await pods.get(part)?.annotate(part.role);
    },
    podOf: (part) => (part === undefined ? undefined : pods.get(part)),
  };
}
