import assert from 'node:assert/strict';
import { GOOD_WEATHER } from '../raft/network.ts';
import { World } from '../raft/world.ts';
import { FleetJudge } from './fleet-judge.ts';
import { RaftGroups } from './raft-groups.ts';
import { type Disk, SimController } from './sim-controller.ts';
import { SimGossip } from './sim-gossip.ts';
import { SimLease } from './sim-lease.ts';

/** A Deployment of controllers: pods with addresses and volumes, what they talk by, and the Lease. */
export class Fleet {
  readonly world: World;
  readonly groups: RaftGroups;
  readonly gossip: SimGossip;
  readonly api: SimLease;
  readonly judge: FleetJudge;
  /** The addresses of all pods that there are. */
  readonly pods = new Set<string>();
  /** The processes that run, in the order of their start. */
  running: SimController[] = [];
  /** A request to the API server, and its answer, take up to so long each. */
  apiDelayMs = 10;
  isApiDown = false;
  readonly #withoutApi = new Set<string>();
  readonly #cuts = new Set<string>();
  #names = 0;
  #ips = 0;

  constructor(seed: number) {
    this.world = new World(seed);
    this.groups = new RaftGroups(this.world);
    this.gossip = new SimGossip(this.world, (one, other) => this.areConnected(one, other));
    this.api = new SimLease((write) => {
      this.judge.written(write);
      this.#showLease();
    });
    this.judge = new FleetJudge(this);
    this.#observe();
  }

  newName(what: string): string {
    this.#names += 1;
    return `${what}-${this.#names}`;
  }

  /** A new pod, with an address of its own, unless it is given one that is free again. */
  addPod(ip = `10.0.0.${++this.#ips}`, disk: Disk = { content: undefined }): SimController {
    this.pods.add(ip);
    this.#showPods();
    return this.#start(ip, disk);
  }

  /** The container starts again in the same pod, with the same volume. */
  restart({ ip, disk }: SimController): SimController {
    return this.#start(ip, disk);
  }

  /** Its pod is gone, and its volume; the Service soon leads there no more. */
  removePod(one: SimController): void {
    one.kill();
    this.pods.delete(one.ip);
    this.#showPods();
  }

  /** Told to stop, as the kubelet does: it is given its time, and then its pod is gone. */
  stopPod(one: SimController): void {
    one.leave();
    this.world.after(3_000, () => this.removePod(one));
  }

  controllers(): SimController[] {
    this.running = this.running.filter(({ isUp }) => isUp);
    return this.running;
  }

  /** Those that stay. */
  staying(): SimController[] {
    return this.controllers().filter(({ isLeaving, isPaused }) => !isLeaving && !isPaused);
  }

  leaders(): SimController[] {
    return this.controllers().filter((one) => one.isLeader());
  }

  areConnected(one: string, other: string): boolean {
    const isStopped = this.running.some(
      ({ isPaused, ip }) => isPaused && (ip === one || ip === other),
    );
    return !isStopped && !this.#cuts.has(`${one}>${other}`) && !this.#cuts.has(`${other}>${one}`);
  }

  reachesApi({ ip }: { readonly ip: string }): boolean {
    return !this.isApiDown && !this.#withoutApi.has(ip);
  }

  /** Nothing goes from one to the other any more, either way. */
  cut(one: string, other: string): void {
    this.#cuts.add(`${one}>${other}`);
    this.groups.cut(`${one}:45679`, `${other}:45679`);
    this.groups.cut(`${other}:45679`, `${one}:45679`);
  }

  /** These on one side, all others on the other one. */
  split(ips: ReadonlySet<string>): void {
    for (const one of this.pods) {
      for (const other of this.pods) if (ips.has(one) && !ips.has(other)) this.cut(one, other);
    }
  }

  cutFromApi(ip: string): void {
    this.#withoutApi.add(ip);
  }

  heal(): void {
    this.#cuts.clear();
    this.#withoutApi.clear();
    this.isApiDown = false;
    this.groups.heal();
    Object.assign(this.groups.weather, GOOD_WEATHER);
    for (const one of this.controllers()) one.resume();
  }

  /** Advances until it is so. */
  until(what: string, withinMs: number, isSo: () => boolean): void {
    const end = this.world.now + withinMs;
    while (!isSo()) {
      assert.ok(this.world.now < end, `${what}: not within ${withinMs} ms`);
      this.world.advance(100);
    }
  }

  #start(ip: string, disk: Disk): SimController {
    const one = new SimController(this, ip, disk);
    this.running.push(one);
    return one;
  }

  #showLease(): void {
    const { sight } = this.api;
    for (const one of this.controllers()) {
      this.world.after(5 + this.apiDelayMs * this.world.random(), () => {
        if (this.reachesApi(one)) one.show({ kind: 'seen', sight });
      });
    }
  }

  #showPods(): void {
    const ips = [...this.pods];
    for (const one of this.controllers()) {
      this.world.after(100 + 500 * this.world.random(), () => {
        if (this.reachesApi(one)) one.show({ kind: 'pods', ips });
      });
    }
  }

  #observe(): void {
    this.world.after(50, () => {
      this.judge.observe();
      this.#observe();
    });
  }
}
