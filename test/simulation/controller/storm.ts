import type { Fault } from '../../../src/sim/faults.ts';
import type { SimCluster } from './sim-cluster.ts';
import type { SimController } from './sim-controller.ts';

const ANY_FAULT: readonly Fault[] = [
  { kind: 'drop' },
  { kind: 'lose' },
  { kind: 'hang' },
  { kind: 'delay', ms: 2_000 },
  { kind: 'answer', status: 429, body: '{"errors":["slow down"]}' },
  { kind: 'answer', status: 500, body: '{"errors":["internal error"]}' },
  { kind: 'answer', status: 503, body: '{"errors":["Vault is sealed"]}' },
  { kind: 'answer', status: 502, body: '<html>bad gateway</html>' },
];

/** What can happen, how likely in each round (of a second on average), and for what it stands. */
const EVENTS: readonly [chance: number, happen: (cluster: SimCluster) => void][] = [
  [0.4, (cluster) => cluster.createPod()],
  [
    0.02,
    (cluster) =>
      cluster.nodes.pods.length > 0 && cluster.nodes.delete(cluster.pick(cluster.nodes.pods)),
  ],
  [
    0.02,
    (cluster) =>
      cluster.nodes.pods.length > 0 && cluster.nodes.reboot(cluster.pick(cluster.nodes.pods)),
  ],
  [0.02, ({ api }) => api.expireHistory()],
  [0.03, (cluster) => cluster.api.endWatches(cluster.pick(['closed', 'broken', 'expired']))],
  [0.02, (cluster) => (cluster.apiWeather.faults = cluster.random() * 0.4)],
  [0.01, (cluster) => (cluster.apiWeather.away = true)],
  [0.06, (cluster) => (cluster.apiWeather.away = false)],
  [0.02, ({ vault }) => (vault.isAway = true)],
  [0.15, ({ vault }) => (vault.isAway = false)],
  [0.01, ({ vault }) => vault.server.seal()],
  [0.1, ({ vault }) => vault.server.unseal()],
  [
    0.04,
    (cluster) =>
      cluster.vault.faults.order({
        fault: cluster.pick(ANY_FAULT),
        probability: cluster.random() * 0.4,
      }),
  ],
  [0.03, ({ vault }) => vault.faults.clear()],
  [
    0.04,
    (cluster) =>
      Object.assign(cluster.podWeather, {
        dropped: cluster.random() * 0.3,
        reset: cluster.random() * 0.2,
        lost: cluster.random() * 0.2,
      }),
  ],
  [0.03, (cluster) => Object.assign(cluster.podWeather, { dropped: 0, reset: 0, lost: 0 })],
];

/** So many seconds in which pods come and go, and everything goes wrong. */
export async function storm(cluster: SimCluster, seconds: number): Promise<void> {
  const end = cluster.clock.now() + seconds * 1_000;
  while (cluster.clock.now() < end) {
    await cluster.clock.advanceAsync(cluster.random() * 2_000);
    for (const [chance, happen] of EVENTS) if (cluster.random() < chance) happen(cluster);
  }
}

/** A storm in which the controller is replaced at random moments, by kill -9 or in good order; the last one. */
export async function stormOfControllers(
  cluster: SimCluster,
  seconds: number,
): Promise<SimController> {
  const end = cluster.clock.now() + seconds * 1_000;
  let controller = cluster.startController();
  while (cluster.clock.now() < end) {
    await storm(cluster, cluster.random() * 20);
    if (cluster.random() < 0.7) controller.kill();
    else void controller.stop();
    await storm(cluster, cluster.random() * 5);
    controller = cluster.startController();
  }
  return controller;
}
