import { test } from 'node:test';
import { Contest } from './lease/contest.ts';
import {
  assertActsAreCovered,
  assertOneLeaderSoon,
  assertOverlapsAreAllowed,
  assertProbesAreRare,
  assertSightsAreHeeded,
} from './lease/contest-judgement.ts';
import { type StormKind, stormOfContest } from './lease/contest-storm.ts';
import { forEachSeed } from './seeds.ts';

const SECOND = 1_000;

/** A storm over one to five of them, after which everything is good. */
function throughStorm(seed: number, kind: StormKind): Contest {
  const contest = new Contest(seed);
  for (let n = 0; n < 1 + (seed % 5); n += 1) contest.start();
  stormOfContest(contest, 60, kind);
  contest.becomeGood();
  if (contest.candidates().length === 0) contest.start();
  return contest;
}

test('S40 S43 S44 S46 through any storm no two act at once but after a probe, and afterwards one does', async () => {
  await forEachSeed(2_000, async (seed) => {
    const contest = throughStorm(seed, 'faults');
    assertOneLeaderSoon(contest);
    assertActsAreCovered(contest);
    assertOverlapsAreAllowed(contest);
    assertProbesAreRare(contest);
    assertSightsAreHeeded(contest);
  });
});

test('S40 S43 S46 whatever people do to the Lease in a storm, what they overlap by is bounded', async () => {
  await forEachSeed(2_000, async (seed) => {
    const contest = throughStorm(seed, 'faults and edits');
    assertOneLeaderSoon(contest);
    assertActsAreCovered(contest);
    assertOverlapsAreAllowed(contest);
    assertProbesAreRare(contest);
    assertSightsAreHeeded(contest);
  });
});

test('S40 S46 an API server that is restored from backups has one leader again each time', async () => {
  await forEachSeed(1_000, async (seed) => {
    const contest = throughStorm(seed, 'faults, edits and restores');
    // Once more the time of expiry: only a conflict shows that what is known is from another time.
    assertOneLeaderSoon(contest, 14 * SECOND);
    assertActsAreCovered(contest);
  });
});
