import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/support/until.ts';
import { percentile } from '../report/statistics.ts';
import { monotonicMs } from '../rig/monotonic.ts';
import type { Values } from '../scenarios/scenario.ts';
import { firstOther, type HoldersRecord } from './holders.ts';
import type { Member } from './member.ts';
import { settled } from './settled.ts';
import type { Fleet, Stage } from './stage.ts';
import { withFleet } from './with-fleet.ts';

/** How often the controller that acts goes, and how. */
export interface Elections {
  /** By SIGKILL. */
  readonly kills: number;
  /** With its machine, so that nothing tells the others. */
  readonly unplugs: number;
}

const FLEET: Fleet = { engine: 'raft', controllers: 3 };
/** A leader renews its Lease once in this time: what is done to it comes at any time of that. */
const RENEWAL_MS = 1_000;
/** Until all have seen what was changed of the Lease. */
const SEEN_WITHIN_MS = 200;
const TAKEOVER_WITHIN_MS = 20_000;

interface Scene {
  readonly stage: Stage;
  readonly members: readonly Member[];
  readonly holders: HoldersRecord;
}

/** One run: the controller that acts goes again and again, each time when all three vote. */
export function electionsRun(stage: Stage, folder: string, elections: Elections): Promise<Values> {
  return withFleet(stage, folder, FLEET, async (members) => {
    using holders = stage.lease.record();
    return await Promise.race([hold({ stage, members, holders }, elections), holders.failed]);
  });
}

async function hold(scene: Scene, { kills, unplugs }: Elections): Promise<Values> {
  await until('the Lease is seen', () => scene.holders.holdings.length > 0);
  const killed = await times(kills, () => takeover(scene, (leader) => leader.end('SIGKILL')));
  const gone = await times(unplugs, () => takeover(scene, (leader) => leader.machine.unplug()));
  return {
    'kill-p50': percentile(killed, 50),
    'kill-p99': percentile(killed, 99),
    'kill-max': percentile(killed, 100),
    'vanish-p50': percentile(gone, 50),
    'vanish-p90': percentile(gone, 90),
    'vanish-max': percentile(gone, 100),
  };
}

/** How long the Lease did not name another, in milliseconds; after it, all are ready again. */
async function takeover(
  { stage, members, holders }: Scene,
  harm: (leader: Member) => Promise<void>,
): Promise<number> {
  await stage.lease.forgetWord();
  await sleep(SEEN_WITHIN_MS + randomInt(RENEWAL_MS));
  const leader = await stage.leader(members);
  const from = monotonicMs();
  await harm(leader);
  const at = await until(
    'another controller holds the Lease',
    () => firstOther(holders.holdings, from, leader.name),
    TAKEOVER_WITHIN_MS,
  );
  await leader.revive();
  await settled(members);
  return at - from;
}

async function times(count: number, one: () => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  while (all.length < count) all.push(await one());
  return all;
}
