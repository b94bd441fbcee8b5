import assert from 'node:assert/strict';
import { findServer, votersOf } from '../../../src/raft/core/configuration.ts';
import type { Fleet } from './fleet.ts';
import type { SimController } from './sim-controller.ts';

/** A doubt that was objected to, a minute without a leader, and then an election or two. */
const SETTLES_WITHIN_MS = 150_000;

/** From now on nothing goes wrong: soon one leads the cluster that the Lease names, and all belong to it. */
export function assertSettles(fleet: Fleet, withinMs = SETTLES_WITHIN_MS): SimController {
  const end = fleet.world.now + withinMs;
  for (let why = unsettled(fleet); why !== undefined; why = unsettled(fleet)) {
    assert.ok(fleet.world.now < end, `after ${withinMs} ms ${why}`);
    fleet.world.advance(100);
  }
  return fleet.leaders()[0] ?? assert.fail();
}

/** Why the fleet is not as it should be; undefined: it is. */
export function unsettled(fleet: Fleet): string | undefined {
  const { lease } = fleet.api.sight;
  const [leader, ...others] = fleet.leaders();
  const all = fleet.controllers();
  if (lease?.founder === undefined || lease.cluster === undefined) return 'the Lease names none';
  if (lease.doubter !== undefined) return 'the cluster is doubted';
  if (leader === undefined || others.length > 0) return `${others.length} too many lead`;
  const { id, epoch } = lease.cluster;
  const strangers = all.filter(({ cluster }) => cluster?.id !== id || cluster.epoch !== epoch);
  if (strangers.length > 0) return `${strangers.length} are of another cluster`;
  const status = leader.server?.raft?.status() ?? assert.fail();
  const { servers } = status.configuration;
  if (!status.canChange || status.leadsUntil === undefined) return 'something is pending';
  if (servers.length !== all.length) return `there are ${servers.length} of ${all.length}`;
  const isIn = ({ server }: SimController) =>
    findServer(status.configuration, server?.id ?? '') !== undefined;
  if (!all.every(isIn)) return 'somebody is not in';
  const voters = votersOf(status.configuration).length;
  if (voters !== wantedVoters(all.length)) return `${voters} of ${all.length} vote`;
  const isBehind = status.peers.some(({ match }) => match !== status.lastIndex);
  return isBehind ? 'somebody is behind' : undefined;
}

function wantedVoters(controllers: number): number {
  if (controllers < 3) return 1;
  return controllers >= 5 ? 5 : 3;
}

/** So many controllers, of which one leads, in good weather. */
export function settle(fleet: Fleet, controllers: number): SimController {
  while (fleet.controllers().length < controllers) fleet.addPod();
  return assertSettles(fleet, 15_000);
}
