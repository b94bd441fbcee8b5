import { after, before, test } from 'node:test';
import { type Cluster, startCluster } from './rig/cluster.ts';
import { runSeed } from './rig/seed.ts';

/** How many storms there are, and the seed of the first. */
const SEEDS = Number(process.env['FAULT_SEEDS'] ?? 3);
const FIRST = Number(process.env['FAULT_FIRST_SEED'] ?? 1);

let cluster: Cluster;

before(async () => {
  cluster = await startCluster();
});
after(() => cluster[Symbol.asyncDispose]());

for (let seed = FIRST; seed < FIRST + SEEDS; seed += 1) {
  test(`S40 S41 S43 S44 whatever comes over three controllers, one leads in the end, and all pods are served (seed ${seed})`, (t) =>
    runSeed(cluster, t, seed));
}
