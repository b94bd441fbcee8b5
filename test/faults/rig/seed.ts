import { seededRandom } from '../../support/seeded-random.ts';
import type { Cluster } from './cluster.ts';
import { onStage, type Told } from './stage.ts';
import { aStorm } from './storm.ts';
import { strike } from './strike.ts';

const ARRIVALS = 5;
const CONTROLLERS = 3;
const BLOWS = 7;

/**
 * Has the storm of that seed break over three controllers while pods arrive.
 * @throws Error that says how to run it again
 */
export async function runSeed(cluster: Cluster, t: Told, seed: number): Promise<void> {
  const storm = aStorm(seededRandom(seed), BLOWS);
  try {
    await onStage(cluster, t, { controllers: CONTROLLERS }, async (stage) => {
      stage.crowd.arrive(ARRIVALS);
      await stage.crowd.serves(2 * ARRIVALS);
      await strike(stage, storm);
    });
  } catch (cause) {
    const again = `run it again by make soak SEEDS=${seed}`;
    throw new Error(`the storm of seed ${seed}: ${again}`, { cause });
  }
}
