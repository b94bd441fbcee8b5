import assert from 'node:assert/strict';
import { bootstrapped } from '../../../src/raft/core/bootstrap.ts';
import { findServer, votersOf } from '../../../src/raft/core/configuration.ts';
import type { RaftStatus } from '../../../src/raft/core/io.ts';
import { Judge } from './judge.ts';
import { GOOD_WEATHER, Network } from './network.ts';
import { SimServer } from './sim-server.ts';
import { World } from './world.ts';

/** Servers of one cluster on virtual time, and who looks after its membership. */
export class Cluster {
  readonly world: World;
  readonly network: Network;
  readonly judge: Judge;
  /** All that there ever were. */
  readonly all: SimServer[] = [];
  /** Whether the membership is looked after: servers join, and those that are lost are removed. */
  isTended = true;
  #proposals = 0;

  readonly #withoutPreVote: number;

  /** So many of its servers, 0 to 1, ask for votes without asking first. */
  constructor(seed: number, withoutPreVote = 0.2) {
    this.#withoutPreVote = withoutPreVote;
    this.world = new World(seed);
    this.network = new Network(this.world);
    this.judge = new Judge(() => this.all);
    this.add('s1').start();
    this.#tend();
  }

  /** A server with an empty disk, but for the first, which begins the cluster. */
  add(id: string, address = `${id}:1`): SimServer {
    const { world, network, judge } = this;
    const kept = this.all.length === 0 ? { kept: bootstrapped(id, address) } : {};
    const preVote = !world.chance(this.#withoutPreVote);
    const server = new SimServer({ world, network, judge }, { id, address, preVote, ...kept });
    this.all.push(server);
    return server;
  }

  join(address?: string): SimServer {
    const server = this.add(`s${this.all.length + 1}`, address);
    server.start();
    return server;
  }

  intact(): SimServer[] {
    return this.all.filter(({ isLost }) => !isLost);
  }

  up(): SimServer[] {
    return this.all.filter(({ isUp }) => isUp);
  }

  leaders(): SimServer[] {
    return this.all.filter((server) => server.isLeader());
  }

  /** So many voters, of which one leads, in good weather. */
  static settled(seed: number, voters: number, withoutPreVote = 0): Cluster {
    const cluster = new Cluster(seed, withoutPreVote);
    while (cluster.all.length < voters) cluster.join();
    cluster.until('all are voters', 10_000, () => {
      const status = cluster.leader()?.raft?.status();
      return status?.canChange === true && votersOf(status.configuration).length === voters;
    });
    cluster.isTended = false;
    cluster.world.advance(1_000);
    return cluster;
  }

  /** @throws AssertionError if none leads, or more than one believes to */
  theLeader(): SimServer {
    const [leader, ...others] = this.leaders();
    assert.ok(leader !== undefined && others.length === 0, 'one leads');
    return leader;
  }

  /** The leader of the latest term, of those who believe that they are it. */
  leader(): SimServer | undefined {
    const term = (server: SimServer) => server.raft?.status().term ?? 0;
    return this.leaders().toSorted((one, other) => term(other) - term(one))[0];
  }

  propose(server: SimServer): void {
    this.#proposals += 1;
    const data = Uint8Array.of(this.#proposals & 255, this.#proposals >> 8);
    const entry = this.world.chance(0.1) ? 'barrier' : 'command';
    server.feed({ kind: 'propose', entry, data });
  }

  compact(server: SimServer): void {
    server.feed({ kind: 'compact', index: server.appliedIndex, data: server.stateData() });
  }

  /** Whether a majority of the voters is intact without this server, as far as anybody knows of voters. */
  canLose(server: SimServer): boolean {
    return this.intact().every(({ kept }) => {
      const listed = kept.entries.flatMap((entry) =>
        entry.kind === 'configuration' ? [entry.configuration] : [],
      );
      return [...listed, ...(kept.snapshot ? [kept.snapshot.configuration] : [])].every(
        (configuration) => {
          const voters = votersOf(configuration);
          const lost = voters.filter(({ id }) => id === server.id || this.#isLost(id));
          return lost.length < voters.length / 2;
        },
      );
    });
  }

  /** The disk with the data is gone, and with it the server; another may come in its place. */
  lose(server: SimServer): void {
    server.crash();
    server.isLost = true;
  }

  #isLost(id: string): boolean {
    return this.all.some((server) => server.id === id && server.isLost);
  }

  #tend(): void {
    this.world.after(300, () => {
      if (this.isTended) for (const leader of this.leaders()) this.#tendAs(leader);
      this.#tend();
    });
  }

  /** What a leader's owner does: one change, if there is one to make. */
  #tendAs(leader: SimServer): void {
    const status = leader.raft?.status();
    if (status === undefined || !status.canChange) return;
    const { servers } = status.configuration;
    const lost = servers.find(({ id }) => this.#isLost(id));
    const newcomer = this.up().find(({ id }) => findServer(status.configuration, id) === undefined);
    const ready = servers.find(
      (server) => server.suffrage === 'nonvoter' && isCaughtUp(status, server.id),
    );
    const { length } = votersOf(status.configuration);
    if (lost !== undefined)
      leader.feed({ kind: 'change', change: { kind: 'remove', id: lost.id } });
    else if (ready !== undefined && length < 5) {
      leader.feed({ kind: 'change', change: { kind: 'promote', id: ready.id } });
    } else if (newcomer !== undefined) {
      const { id, address } = newcomer;
      leader.feed({ kind: 'change', change: { kind: 'add', id, address } });
    }
  }

  /** Somebody takes a voter away, but not while one is lost. */
  shrink(kind: 'remove' | 'demote'): void {
    const leader = this.leader();
    const status = leader?.raft?.status();
    if (leader === undefined || status === undefined) return;
    const voters = votersOf(status.configuration);
    if (voters.length < 4 || voters.some(({ id }) => this.#isLost(id))) return;
    const voter = this.world.pick(voters);
    if (voter !== undefined) leader.feed({ kind: 'change', change: { kind, id: voter.id } });
  }

  /** From now on nothing comes to it, or from it, or neither. */
  cutOff(one: SimServer, direction: 'in' | 'out' | 'both'): void {
    for (const { address } of this.all) {
      if (address === one.address) continue;
      if (direction !== 'out') this.network.cut(address, one.address);
      if (direction !== 'in') this.network.cut(one.address, address);
    }
  }

  /** From now on nothing goes wrong. */
  becomeGood(): void {
    this.network.weather = { ...GOOD_WEATHER };
    this.network.heal();
    for (const server of this.intact()) {
      server.diskMs = 2;
      server.resume();
      if (!server.isUp) server.start();
    }
  }

  /** Advances until it is so. */
  until(what: string, withinMs: number, isSo: () => boolean): void {
    const end = this.world.now + withinMs;
    while (!isSo()) {
      assert.ok(this.world.now < end, `${what}: not within ${withinMs} ms`);
      this.world.advance(20);
    }
  }
}

function isCaughtUp({ peers, commit }: RaftStatus, id: string): boolean {
  return peers.some((peer) => peer.id === id && peer.match >= commit);
}
