import { test } from 'node:test';
import { Fleet } from './fleet/fleet.ts';
import { assertHeals, assertSound } from './fleet/fleet-judgement.ts';
import { stormOfFleet } from './fleet/fleet-storm.ts';
import { forEachSeed } from './seeds.ts';

/** Until a hung watch is begun anew, 3 s; until what it shows has expired, 5 s. */
const HEALED_WITHIN_MS = 8_500;

test('S7 S12 S40 S41 S43 S44 S46 through any storm of controllers every pod is served, and no two act beyond the bound', async () => {
  await forEachSeed(100, async (seed) => {
    const fleet = new Fleet(seed);
    for (let n = 0; n < 1 + (seed % 5); n += 1) fleet.start();
    await stormOfFleet(fleet, 60);
    fleet.becomeGood();
    if (fleet.candidates().length === 0) fleet.start();
    await assertHeals(fleet, HEALED_WITHIN_MS);
    assertSound(fleet);
  });
});
