import type { Fleet } from '../cluster/stage.ts';
import { type Options, UsageError } from '../options.ts';
import { burst } from './burst.ts';
import { clusterRest } from './cluster-rest.ts';
import { elections } from './elections.ts';
import { failover } from './failover.ts';
import { idle } from './idle.ts';
import { images } from './images.ts';
import { initStart } from './init-start.ts';
import { onNode } from './node.ts';
import type { Scenario } from './scenario.ts';
import { stall } from './stall.ts';
import { tokenLife } from './token-life.ts';
import { trickle } from './trickle.ts';

type Choice = Pick<Options, 'only' | 'quick' | 'subject'>;

/**
 * The scenarios that the options ask for, in the order in which they run.
 * @throws UsageError for a name that no scenario has
 */
export function chooseScenarios({ only, quick, subject }: Choice): Scenario[] {
  const scenarios = quick ? quickScenarios() : wholeScenarios();
  const all = scenarios.filter(({ withoutFloor }) => !(withoutFloor && subject === 'floor'));
  const names = all.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`no scenario is called ${unknown}; there are ${names.join(', ')}`);
  }
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}

const LEASE_3: Fleet = { engine: 'lease', controllers: 3 };

function byRaft(controllers: number): Fleet {
  return { engine: 'raft', controllers };
}

function wholeScenarios(): Scenario[] {
  return [
    initStart,
    trickle(200),
    burst(1_000),
    burst(5_000),
    idle(5_000, 30),
    tokenLife,
    failover('lease'),
    failover('raft'),
    stall('lease'),
    stall('raft'),
    elections({ kills: 200, unplugs: 20 }),
    clusterRest({
      fleets: [LEASE_3, ...[3, 5, 20].map(byRaft)],
      settleSeconds: 10,
      watchSeconds: 20,
    }),
    images,
    onNode({ singles: 5, many: 50 }),
  ];
}

function quickScenarios(): Scenario[] {
  return [
    initStart,
    trickle(30),
    burst(1_000),
    idle(500, 5),
    tokenLife,
    failover('lease'),
    failover('raft'),
    stall('lease'),
    stall('raft'),
    elections({ kills: 3, unplugs: 1 }),
    clusterRest({ fleets: [LEASE_3, byRaft(3)], settleSeconds: 2, watchSeconds: 3 }),
    images,
    onNode({ singles: 1, many: 5 }),
  ];
}
