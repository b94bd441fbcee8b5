import { startInOwnNetwork } from '../cluster/in-own-network.ts';
import type { Play } from '../cluster/process.ts';
import type { Lab } from '../rig/lab.ts';
import type { Trial, Values } from './scenario.ts';

/** Has something done to fresh controllers, each on a machine of its own. */
export type Player = (play: Play) => Promise<Values>;

/** Makes the machines' network and the servers in it ready; `measure` is one run. */
export async function onMachines(
  lab: Lab,
  measure: (player: Player) => Promise<Values>,
): Promise<Trial> {
  const process = await startInOwnNetwork(lab.initPort);
  lab.noteVersions(process.versions);
  return {
    measure: () => measure((play) => process.ask({ folder: lab.folder(), play })),
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}
