/**
 * Storms, one after another: `make soak`, for SOAK_HOURS (default 1), or for SEEDS, as `5` or `1-100`.
 * Ends with 1 if one of them failed.
 */
import { inspect } from 'node:util';
import { type Cluster, startCluster } from './rig/cluster.ts';
import { runSeed } from './rig/seed.ts';

const HOUR_MS = 3_600_000;
/** New servers now and then: what they write down fills the disk. */
const SEEDS_A_CLUSTER = 20;

const { SEEDS, SOAK_HOURS = '1' } = process.env;
const [first = 1, last = first] = SEEDS
  ? SEEDS.split('-').map(Number)
  : [1, Number.MAX_SAFE_INTEGER];
const until = SEEDS ? Number.POSITIVE_INFINITY : performance.now() + Number(SOAK_HOURS) * HOUR_MS;

const failed: number[] = [];
let seed = first;
while (seed <= last && performance.now() < until) {
  await using cluster = await startCluster();
  const end = Math.min(last, seed + SEEDS_A_CLUSTER - 1);
  let isWell = true;
  for (; isWell && seed <= end && performance.now() < until; seed += 1) {
    isWell = await runOne(cluster);
  }
}
const ran = seed - first;
console.log(`${ran} storms, ${failed.length} failed${failed.map((one) => ` ${one}`).join('')}`);
process.exit(failed.length > 0 || ran === 0 ? 1 : 0);

/** Whether all was well: else who knows what the servers were left in. */
async function runOne(cluster: Cluster): Promise<boolean> {
  const name = `seed ${seed}`;
  try {
    await runSeed(cluster, { name, diagnostic: (text) => console.log(`${name}: ${text}`) }, seed);
    return true;
  } catch (error) {
    failed.push(seed);
    console.log(inspect(error, { depth: 4 }));
    return false;
  }
}
