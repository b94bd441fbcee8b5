import assert from 'node:assert/strict';
import {
  type ClusterReport,
  DEFAULT_CLUSTER_TIMES,
} from '../../../src/election/raft/cluster/messages.ts';
import type { ClusterName } from '../../../src/kube/leases/cluster-lease.ts';
import { findServer, isMajority } from '../../../src/raft/core/configuration.ts';
import type { Configuration } from '../../../src/raft/messages.ts';
import type { Fleet } from './fleet.ts';
import { nameOf } from './raft-groups.ts';
import type { SimController } from './sim-controller.ts';
import { BY_HAND, type LeaseWrite } from './sim-lease.ts';

/** Holds what the fleet does against what must always be so, at each event. */
export class FleetJudge {
  /** How often something was reported, by its kind. */
  readonly seen = new Map<string, number>();
  readonly #fleet: Fleet;
  readonly #bootstrapped = new Set<string>();
  /** Since when a majority of the cluster's voters has been well. */
  #wellSince = Number.POSITIVE_INFINITY;
  #wellIn = '';

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  reported(report: ClusterReport): void {
    const kind = report.kind === 'founding' ? `founding: ${report.cause}` : report.kind;
    this.seen.set(kind, (this.seen.get(kind) ?? 0) + 1);
  }

  bootstrapped(cluster: ClusterName): void {
    const name = nameOf(cluster);
    assert.ok(!this.#bootstrapped.has(name), `${name} begins twice`);
    this.#bootstrapped.add(name);
  }

  written({ by, before, after }: LeaseWrite): void {
    if (by === BY_HAND || before?.cluster === undefined || after === undefined) return;
    const { id, epoch } = after.cluster ?? assert.fail('the Lease names a cluster');
    assert.equal(id, before.cluster.id, 'a cluster that the Lease names is put aside');
    assert.ok(epoch >= before.cluster.epoch, 'an epoch is put aside for one before');
    assert.ok(epoch <= before.cluster.epoch + 1, 'an epoch is left out');
    if (epoch === before.cluster.epoch || before.founder === undefined) return;
    const well = this.#fleet.world.now - this.#wellSince;
    const isWell = this.#wellIn === nameOf(before.cluster) && well >= DEFAULT_CLUSTER_TIMES.goneMs;
    assert.ok(!isWell, `${nameOf(before.cluster)} is given up though it was well for ${well} ms`);
  }

  observe(): void {
    const { api, world } = this.#fleet;
    const { lease } = api.sight;
    const cluster = lease?.cluster;
    const name = cluster === undefined ? '' : nameOf(cluster);
    const isWell = cluster !== undefined && this.#isWell(cluster);
    if (isWell && this.#wellIn === name) return;
    this.#wellIn = isWell ? name : '';
    this.#wellSince = isWell ? world.now : Number.POSITIVE_INFINITY;
  }

  /** Whether a majority of its voters, by any configuration in force, runs, and reaches the API server and each other. */
  #isWell(cluster: ClusterName): boolean {
    const able = this.#fleet
      .staying()
      .filter((one) => this.#fleet.reachesApi(one) && isOf(one, cluster));
    const committed = this.#committed(cluster);
    const { loss, delayMs } = this.#fleet.groups.weather;
    if (committed === undefined || loss > 0.05 || delayMs > 50) return false;
    const inForce = [committed, ...able.flatMap(configurationsOf)];
    return able.some((one) => {
      const around = able.filter((other) => this.#fleet.areConnected(one.ip, other.ip));
      const areConnected = around.every((left) =>
        around.every((right) => this.#fleet.areConnected(left.ip, right.ip)),
      );
      return areConnected && inForce.every((each) => canElect(each, around));
    });
  }

  /** The last configuration that is final. */
  #committed(cluster: ClusterName): Configuration | undefined {
    const { committed } = this.#fleet.groups.of(cluster).judge;
    const last = committed.findLast(({ entry }) => entry.kind === 'configuration')?.entry;
    return last?.kind === 'configuration' ? last.configuration : undefined;
  }
}

/** Whoever waits to be taken in has none, and hinders nobody. */
function configurationsOf({ server }: SimController): readonly Configuration[] {
  const configuration = server?.raft?.status().configuration;
  return configuration === undefined || configuration.servers.length === 0 ? [] : [configuration];
}

/** Whoever has come back at another address is not found by the others. */
function canElect(configuration: Configuration, controllers: readonly SimController[]): boolean {
  const found = controllers.flatMap(({ server }) => {
    const isFound = findServer(configuration, server?.id ?? '')?.address === server?.address;
    return server !== undefined && isFound ? [server.id] : [];
  });
  return isMajority(configuration, new Set(found));
}

function isOf({ cluster }: SimController, { id, epoch }: ClusterName): boolean {
  return cluster?.id === id && cluster.epoch === epoch;
}
