import assert from 'node:assert/strict';
import { type ClusterCore, createClusterCore } from '../../../src/election/raft/cluster/core.ts';
import {
  type ClusterAction,
  type ClusterInput,
  DEFAULT_CLUSTER_TIMES,
} from '../../../src/election/raft/cluster/messages.ts';
import { FinalKubeError, RetryableKubeError } from '../../../src/kube/api/kube-error.ts';
import type { ClusterName } from '../../../src/kube/leases/cluster-lease.ts';
import {
  hasConfiguration,
  type KeptState,
  NOTHING_KEPT,
} from '../../../src/raft/storage/kept-state.ts';
import type { SimServer } from '../raft/sim-server.ts';
import type { Fleet } from './fleet.ts';
import type { Gossiper } from './sim-gossip.ts';

/** What a pod's volume holds: the data of one cluster. */
export interface Disk {
  content:
    | { readonly cluster: ClusterName; readonly serverId: string; kept: KeptState }
    | undefined;
}

type Request = Extract<ClusterAction, { request: number }>;
type Answer = ClusterInput & { readonly request: number };

const POLL_MS = 50;
const DEADLINE_MS = 1_250;

/** One controller: a cluster core, the Raft server that it runs, and its part in the gossip. */
export class SimController implements Gossiper {
  readonly identity: string;
  readonly ip: string;
  readonly node: string;
  readonly raftAddress: string;
  description: Gossiper['description'];
  server: SimServer | undefined;
  isUp = true;
  isLeaving = false;
  /** What has come while it is stopped, as by SIGSTOP. */
  #held: ClusterInput[] | undefined;
  readonly disk: Disk;
  readonly #fleet: Fleet;
  readonly #core: ClusterCore;
  readonly #clockRate: number;
  /** What this process says to its Raft server belongs to this folder. */
  #cluster: ClusterName | undefined;
  #seen = '';

  constructor(fleet: Fleet, ip: string, disk: Disk) {
    const { world } = fleet;
    this.#fleet = fleet;
    this.ip = ip;
    this.disk = disk;
    this.identity = fleet.newName('process');
    this.node = `${ip}:45678`;
    this.raftAddress = `${ip}:45679`;
    this.#clockRate = 1 + (world.random() - 0.5) / 50;
    const nothing = { serverId: undefined, cluster: undefined };
    this.description = { ...nothing, hasData: false, isLeaving: false };
    const { identity, node, raftAddress } = this;
    const newClusterId = () => fleet.newName('cluster');
    const names = { identity, node, podIp: ip, raftAddress, newClusterId };
    this.#core = createClusterCore({ ...DEFAULT_CLUSTER_TIMES, ...names }, disk.content?.cluster);
    fleet.gossip.join(
      this,
      () => fleet.pods,
      (members) => this.#feed({ kind: 'members', members }),
    );
    this.#poll();
    this.#look();
  }

  isLeader(): boolean {
    return this.isUp && this.server?.isLeader() === true;
  }

  /** Whose Raft server runs here. */
  get cluster(): ClusterName | undefined {
    return this.server === undefined ? undefined : this.#cluster;
  }

  leave(): void {
    this.isLeaving = true;
    this.#feed({ kind: 'leave' });
  }

  /** As SIGKILL. */
  kill(): void {
    if (!this.isUp) return;
    this.#end();
    this.#fleet.gossip.vanish(this);
  }

  get isPaused(): boolean {
    return this.#held !== undefined;
  }

  /** As SIGSTOP. */
  pause(): void {
    this.#held ??= [];
    this.server?.stop();
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.server?.resume();
    for (const input of held) this.#feed(input);
  }

  /** The watches show something. */
  show(input: Extract<ClusterInput, { kind: 'seen' | 'pods' }>): void {
    this.#feed(input);
  }

  #end(): void {
    this.isUp = false;
    this.#stopServer();
  }

  #stopServer(): void {
    const { server, disk } = this;
    this.server = undefined;
    if (server === undefined) return;
    server.crash();
    if (disk.content !== undefined) disk.content.kept = server.kept;
  }

  /** Its Raft server's status, and the time, are looked at now and then. */
  #poll(): void {
    const { world } = this.#fleet;
    world.after(POLL_MS * (0.5 + world.random()), () => {
      if (!this.isUp) return;
      this.#poll();
      if (this.isPaused) return;
      const status = this.server?.raft?.status();
      if (status !== undefined) this.#feed({ kind: 'raft', status });
      if ((this.#core.nextWake() ?? Number.POSITIVE_INFINITY) <= this.#now()) {
        this.#feed({ kind: 'wake' });
      }
    });
  }

  /** Where the watches have been cut off they come back some time, with what there is. */
  #look(): void {
    const { world, api } = this.#fleet;
    world.after(300 * world.random() + (this.#seen === '' ? 0 : 700), () => {
      if (!this.isUp) return;
      if (this.#fleet.reachesApi(this)) {
        const sight = api.sight;
        if (this.#seen !== sight.version) this.#feed({ kind: 'seen', sight });
        this.#seen = sight.version;
        this.#feed({ kind: 'pods', ips: [...this.#fleet.pods] });
      }
      this.#look();
    });
  }

  #now(): number {
    return this.#fleet.world.now * this.#clockRate;
  }

  #feed(input: ClusterInput): void {
    if (!this.isUp) return;
    if (this.#held !== undefined) {
      this.#held.push(input);
      return;
    }
    const now = this.#now();
    const actions = this.#core.step(input, now, this.#fleet.world.random());
    const wake = this.#core.nextWake();
    assert.ok(wake === undefined || wake > now, `woken at ${now}, it asks for ${wake}`);
    for (const action of actions) this.#act(action);
  }

  #act(action: ClusterAction): void {
    switch (action.kind) {
      case 'open':
        return this.#open(action.cluster);
      case 'run':
        return this.#run(action.cluster, action.bootstrap);
      case 'stop':
        return this.#stopServer();
      case 'change':
        return void this.server?.feed({ kind: 'change', change: action.change });
      case 'transfer':
        return void this.server?.feed({ kind: 'transfer', to: action.to });
      case 'describe':
        this.description = action.description;
        return;
      case 'left':
        this.#end();
        return this.#fleet.gossip.leave(this);
      case 'report':
        return this.#fleet.judge.reported(action.report);
      default:
        return this.#ask(action);
    }
  }

  #open(cluster: ClusterName): void {
    this.#stopServer();
    this.#cluster = cluster;
    const { world } = this.#fleet;
    world.after(1 + 30 * world.random(), () => {
      if (!this.isUp || this.#cluster !== cluster) return;
      const { disk } = this;
      const isIt =
        disk.content?.cluster.id === cluster.id && disk.content.cluster.epoch === cluster.epoch;
      if (!isIt) {
        disk.content = { cluster, serverId: this.#fleet.newName('server'), kept: NOTHING_KEPT };
      }
      const { serverId, kept } = disk.content ?? assert.fail();
      this.#feed({ kind: 'opened', cluster, serverId, isEmpty: !hasConfiguration(kept) });
    });
  }

  #run(cluster: ClusterName, bootstrap: boolean): void {
    const { serverId, kept } = this.disk.content ?? assert.fail('nothing was opened');
    const { raftAddress: address } = this;
    const clockRate = this.#clockRate;
    if (bootstrap) this.#fleet.judge.bootstrapped(cluster);
    const start = { serverId, kept, address, clockRate, bootstrap };
    this.server = this.#fleet.groups.start(cluster, start);
  }

  /** A request may be lost, or its answer. */
  #ask(request: Request): void {
    const { world } = this.#fleet;
    let answer: Answer | undefined;
    const deadline = world.now + DEADLINE_MS;
    const delay = () => 1 + this.#fleet.apiDelayMs * world.random();
    world.after(delay(), () => {
      if (!this.#fleet.reachesApi(this)) return;
      const done = this.#done(request);
      world.after(delay(), () => {
        if (!this.#fleet.reachesApi(this) || world.now >= deadline) return;
        answer = done;
        this.#feed(done);
      });
    });
    world.after(DEADLINE_MS, () => {
      const error = new RetryableKubeError('unreachable', 'ask', 'lost');
      if (answer === undefined) this.#feed({ kind: 'failed', request: request.request, error });
    });
  }

  #done(action: Request): Answer {
    const { api } = this.#fleet;
    const { kind, request } = action;
    if (kind === 'read') return { kind: 'read', request, lease: api.sight.lease };
    const result =
      kind === 'create'
        ? api.create(this.identity, action.change)
        : api.update(this.identity, action.of, action.change);
    if (typeof result !== 'string') return { kind: 'written', request, lease: result };
    return { kind: 'failed', request, error: new FinalKubeError(result, 'write', result) };
  }
}
