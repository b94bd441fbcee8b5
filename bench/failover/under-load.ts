import type { Engine } from '../cluster/election.ts';
import type { Member } from '../cluster/member.ts';
import type { Stage } from '../cluster/stage.ts';
import { withFleet } from '../cluster/with-fleet.ts';
import type { Values } from '../scenarios/scenario.ts';
import { type Arrivals, startArrivals } from './arrivals.ts';

/** From one pod's arrival to the next one's. */
const EVERY_MS = 50;
const CONTROLLERS = 3;

/** Controllers to which something can be done, while pods keep arriving. */
export interface Scene {
  readonly stage: Stage;
  readonly members: readonly Member[];
  readonly arrivals: Arrivals;
}

/**
 * Plays with three fresh controllers while pods arrive. `folder` takes what they print and keep.
 * @throws what `play` throws, or that the rig failed, or that a controller ended by itself
 */
export function underLoad(
  stage: Stage,
  folder: string,
  engine: Engine,
  play: (scene: Scene) => Promise<Values>,
): Promise<Values> {
  return withFleet(stage, folder, { engine, controllers: CONTROLLERS }, (members) => {
    const arrivals = startArrivals({ ...stage.rig, ...stage, everyMs: EVERY_MS });
    return Promise.race([play({ stage, members, arrivals }), arrivals.failed]);
  });
}
