import type { GossipWorld } from './gossip-world.ts';
import type { Gossiper } from './gossiper.ts';

type Happening = readonly [chance: number, happen: (world: GossipWorld, one: Gossiper) => void];

const MOST = 7;

/** What can happen, and how likely that is in each round. */
const HAPPENINGS: readonly Happening[] = [
  [0.1, (world) => world.members().length < MOST && world.start()],
  [0.04, (_, one) => one.kill()],
  [0.03, (_, one) => one.leave()],
  [0.04, (_, one) => one.stop()],
  [0.2, (_, one) => one.resume()],
  [0.05, (world) => (world.network.loss = world.random() * 0.7)],
  [0.1, (world) => (world.network.loss = 0)],
  [0.05, (world) => (world.network.doubling = world.random())],
  [0.05, (world) => (world.network.slowestMs = world.random() ** 3 * 3_000 + 1)],
  [0.1, (world) => (world.network.slowestMs = 5)],
  [0.06, split],
  [0.02, (world, one) => world.part([one], others(world, one), world.random() < 0.5)],
  [0.03, (world, one) => deafen(world, one)],
  [0.1, (world) => world.network.mend()],
  [0.1, (_, one) => one.process.receive(() => tell(one))],
];

/** So many seconds in which everything goes wrong. */
export function stormOfGossip(world: GossipWorld, seconds: number): void {
  const end = world.clock.now() + seconds * 1_000;
  while (world.clock.now() < end) {
    world.clock.advance(world.random() * 1_000);
    for (const [chance, happen] of HAPPENINGS) {
      if (world.random() >= chance) continue;
      const one = world.pick(world.members());
      if (one === undefined) world.start();
      else happen(world, one);
    }
  }
}

/** Tells all an event that no other has the name of. */
export function tell(one: Gossiper): string {
  one.said += 1;
  const name = `event-${one.endpoint.host}-${one.said}`;
  one.feed({ kind: 'event', name, payload: new Uint8Array() });
  return name;
}

function split(world: GossipWorld): void {
  const members = world.members();
  const first = members.filter(() => world.random() < 0.5);
  const second = members.filter((one) => !first.includes(one));
  world.part(first, second, world.random() < 0.3);
}

/** Its datagrams are lost, its streams are not. */
function deafen(world: GossipWorld, one: Gossiper): void {
  for (const other of others(world, one)) {
    world.network.break(one, other, 'no-datagrams');
    world.network.break(other, one, 'no-datagrams');
  }
}

function others(world: GossipWorld, one: Gossiper): Gossiper[] {
  return world.members().filter((other) => other !== one);
}
