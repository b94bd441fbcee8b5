import type { Fleet } from './fleet.ts';
import type { SimController } from './sim-controller.ts';

type Happening = readonly [chance: number, happen: (fleet: Fleet, one: SimController) => void];

const MOST = 7;

/** What can happen in each second, and how likely that is. */
const HAPPENINGS: readonly Happening[] = [
  [0.05, (fleet) => fleet.controllers().length < MOST && fleet.addPod()],
  [0.04, (fleet, one) => fleet.stopPod(one)],
  [0.03, (fleet, one) => replace(fleet, one)],
  [0.04, (fleet, one) => startAgain(fleet, one)],
  [0.01, (fleet) => loseMost(fleet)],
  [0.01, (fleet) => stopAll(fleet)],
  [0.04, (fleet) => split(fleet)],
  [0.02, (fleet, one) => fleet.split(new Set([one.ip]))],
  [0.04, (fleet, one) => fleet.cutFromApi(one.ip)],
  [0.01, (fleet) => (fleet.isApiDown = true)],
  [0.03, (_, one) => one.pause()],
  [0.03, ({ groups, world }) => (groups.weather.loss = world.random() * 0.3)],
  [0.03, ({ groups, world }) => (groups.weather.delayMs = world.random() ** 3 * 800)],
  [0.04, (fleet) => fleet.heal()],
  [0.1, (fleet) => fleet.gossip.accuse()],
  [0.01, (fleet) => fleet.api.harm('delete')],
  [0.01, (fleet) => fleet.api.harm('damage')],
  [0.03, (fleet) => (fleet.apiDelayMs = 700 * fleet.world.random() ** 2)],
];

/** The pod is gone; another comes, with an empty volume, and as often as not with its address. */
function replace(fleet: Fleet, one: SimController): void {
  fleet.removePod(one);
  const again = fleet.world.chance(0.5) ? one.ip : undefined;
  fleet.world.after(8_000 * fleet.world.random(), () => fleet.addPod(again));
}

function startAgain(fleet: Fleet, one: SimController): void {
  one.kill();
  fleet.world.after(12_000 * fleet.world.random(), () => {
    if (fleet.pods.has(one.ip)) fleet.restart(one);
  });
}

function loseMost(fleet: Fleet): void {
  for (const one of [...fleet.controllers()]) if (fleet.world.chance(0.7)) replace(fleet, one);
}

function stopAll(fleet: Fleet): void {
  for (const one of fleet.controllers()) fleet.stopPod(one);
}

function split(fleet: Fleet): void {
  fleet.split(new Set([...fleet.pods].filter(() => fleet.world.chance(0.5))));
}

/** So many seconds in which anything may happen; then nothing goes wrong any more. */
export function stormOver(fleet: Fleet, seconds: number): void {
  for (let second = 0; second < seconds; second += 1) {
    for (const [chance, happen] of HAPPENINGS) {
      const one = fleet.world.pick(fleet.staying());
      if (one !== undefined && fleet.world.chance(chance)) happen(fleet, one);
    }
    fleet.world.advance(1_000);
  }
  fleet.heal();
  fleet.apiDelayMs = 10;
  // What was on its way to start, or to stop.
  fleet.world.advance(15_000);
  if (fleet.controllers().length === 0) fleet.addPod();
}
