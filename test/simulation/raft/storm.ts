import type { Cluster } from './cluster.ts';
import type { SimServer } from './sim-server.ts';

type Happening = readonly [chance: number, happen: (cluster: Cluster, one: SimServer) => void];

const MOST = 7;

/** What can happen to one of them, and how likely that is in each round. */
const HAPPENINGS: readonly Happening[] = [
  [0.5, (cluster) => proposeSome(cluster)],
  [0.15, (cluster, one) => cluster.compact(one)],
  [0.1, (cluster) => cluster.intact().length < MOST && cluster.join()],
  [0.06, (_, one) => one.crash()],
  [0.3, (cluster) => cluster.world.pick(cluster.intact().filter(({ isUp }) => !isUp))?.start()],
  [0.03, (cluster, one) => cluster.canLose(one) && loseAndReplace(cluster, one)],
  [0.04, (_, one) => one.stop()],
  [0.3, (_, one) => one.resume()],
  [0.08, (cluster, one) => cluster.cutOff(one, 'both')],
  [0.04, (cluster, one) => cluster.cutOff(one, cluster.world.chance(0.5) ? 'in' : 'out')],
  [0.05, (cluster) => split(cluster)],
  [0.15, ({ network }) => network.heal()],
  [0.05, ({ network, world }) => (network.weather.loss = world.random() * 0.4)],
  [0.05, ({ network, world }) => (network.weather.twice = world.random() * 0.3)],
  [0.05, ({ network, world }) => (network.weather.delayMs = world.random() ** 3 * 1_500)],
  [0.1, ({ network }) => Object.assign(network.weather, { loss: 0, twice: 0, delayMs: 5 })],
  [0.05, ({ world }, one) => (one.diskMs = world.random() ** 2 * 800)],
  [0.1, (_, one) => (one.diskMs = 2)],
  [0.06, (cluster) => cluster.leader()?.feed({ kind: 'transfer' })],
  [0.06, (cluster) => cluster.shrink(cluster.world.chance(0.5) ? 'remove' : 'demote')],
  [0.03, (cluster, one) => tellGone(cluster, one)],
];

function proposeSome(cluster: Cluster): void {
  const { world } = cluster;
  for (const leader of cluster.leaders()) {
    const count = world.chance(0.1) ? 20 : 2;
    for (let n = 0; n < count; n += 1) cluster.propose(leader);
  }
}

/** Another server comes, at the same address as often as not. */
function loseAndReplace(cluster: Cluster, one: SimServer): void {
  cluster.lose(one);
  cluster.join(cluster.world.chance(0.5) ? one.address : undefined);
}

function split({ network, all, world }: Cluster): void {
  const side = new Map(all.map(({ address }) => [address, world.chance(0.5)]));
  for (const [one, left] of side) {
    for (const [other, right] of side) if (left !== right) network.cut(one, other);
  }
}

/** Somebody believes that the leader's process is gone, with right or not. */
function tellGone(_: Cluster, one: SimServer): void {
  const leader = one.raft?.status().leader;
  if (leader !== undefined) one.feed({ kind: 'leader-gone', leader });
}

/** So many seconds in which everything goes wrong. */
export function stormOver(cluster: Cluster, seconds: number): void {
  const { world } = cluster;
  const end = world.now + seconds * 1_000;
  while (world.now < end) {
    world.advance(world.random() * 400);
    for (const [chance, happen] of HAPPENINGS) {
      if (!world.chance(chance)) continue;
      const one = world.pick(cluster.up());
      if (one === undefined) world.pick(cluster.intact())?.start();
      else happen(cluster, one);
    }
  }
}
