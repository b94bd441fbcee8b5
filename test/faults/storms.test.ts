import { after, before, test } from 'node:test';
import { type Cluster, startCluster } from './rig/cluster.ts';
import { runSeed } from './rig/seed.ts';

/** How many storms there are, of the seeds from 1 on: `make soak` runs others. */
const SEEDS = Number(process.env['FAULT_SEEDS'] ?? 3);

let cluster: Cluster;

before(async () => {
  cluster = await startCluster();
});
after(() => cluster[Symbol.asyncDispose]());

for (let seed = 1; seed <= SEEDS; seed += 1) {
  test(`S40 S41 S43 S44 whatever comes over three controllers, one leads in the end, and all pods are served (seed ${seed})`, (t) =>
    runSeed(cluster, t, seed));
}
