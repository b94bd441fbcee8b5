import type { ClusterName } from '../../../src/kube/leases/cluster-lease.ts';
import { bootstrapped } from '../../../src/raft/core/bootstrap.ts';
import { isNothing, type KeptState } from '../../../src/raft/storage/kept-state.ts';
import { Judge } from '../raft/judge.ts';
import { GOOD_WEATHER, Network, type Weather } from '../raft/network.ts';
import { SimServer } from '../raft/sim-server.ts';
import type { World } from '../raft/world.ts';

/** The servers of one epoch of one cluster: to all others they are strangers. */
export interface RaftGroup {
  readonly network: Network;
  readonly judge: Judge;
  /** As they were started last. */
  readonly servers: Map<string, SimServer>;
}

export interface ServerStart {
  readonly serverId: string;
  readonly address: string;
  readonly kept: KeptState;
  readonly clockRate: number;
  readonly bootstrap: boolean;
}

/** All Raft clusters that there ever were, each held against the rules of Raft. */
export class RaftGroups {
  readonly all = new Map<string, RaftGroup>();
  /** The same for all. */
  readonly weather: Weather = { ...GOOD_WEATHER };
  readonly #world: World;
  readonly #cuts = new Map<string, readonly [string, string]>();

  constructor(world: World) {
    this.#world = world;
  }

  of(cluster: ClusterName): RaftGroup {
    const name = nameOf(cluster);
    const known = this.all.get(name);
    if (known !== undefined) return known;
    const servers = new Map<string, SimServer>();
    const network = new Network(this.#world);
    network.weather = this.weather;
    for (const [from, to] of this.#cuts.values()) network.cut(from, to);
    const group = { network, servers, judge: new Judge(() => [...servers.values()]) };
    this.all.set(name, group);
    return group;
  }

  start(cluster: ClusterName, what: ServerStart): SimServer {
    const { serverId: id, address, clockRate, bootstrap } = what;
    const { network, judge, servers } = this.of(cluster);
    const begins = bootstrap && isNothing(what.kept);
    const kept = begins ? bootstrapped(id, address) : what.kept;
    const server = new SimServer(
      { world: this.#world, network, judge },
      { id, address, kept, clockRate },
    );
    servers.set(id, server);
    server.start();
    return server;
  }

  cut(from: string, to: string): void {
    this.#cuts.set(`${from}>${to}`, [from, to]);
    for (const { network } of this.all.values()) network.cut(from, to);
  }

  heal(): void {
    this.#cuts.clear();
    for (const { network } of this.all.values()) network.heal();
  }
}

export function nameOf({ id, epoch }: ClusterName): string {
  return `${id}-${epoch}`;
}
