import assert from 'node:assert/strict';
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
import type { Contestant } from './lease/contestant.ts';
import { forEachSeed } from './seeds.ts';

const SECOND = 1_000;
const SEEDS = Number(process.env['SEEDS'] ?? 2_000);

/** A storm over one to five of them, after which everything is good. */
function throughStorm(seed: number, kind: StormKind, ...of: ['mixed'?]): Contest {
  const contest = new Contest(seed, ...of);
  for (let n = 0; n < 1 + (seed % 5); n += 1) contest.start();
  stormOfContest(contest, 60, kind);
  contest.becomeGood();
  if (contest.candidates().length === 0) contest.start();
  return contest;
}

test('S40 S43 S44 S46 through any storm no two act at once but after a probe, and afterwards one does', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const contest = throughStorm(seed, 'faults');
    assertOneLeaderSoon(contest);
    assertActsAreCovered(contest);
    assertOverlapsAreAllowed(contest);
    assertProbesAreRare(contest);
    assertSightsAreHeeded(contest);
  });
});

test('S40 S43 S46 whatever people do to the Lease in a storm, what they overlap by is bounded', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const contest = throughStorm(seed, 'faults and edits');
    assertOneLeaderSoon(contest);
    assertActsAreCovered(contest);
    assertOverlapsAreAllowed(contest);
    assertProbesAreRare(contest);
    assertSightsAreHeeded(contest);
  });
});

for (const kind of ['faults', 'faults and edits'] as const) {
  test(`S40 S41 S43 S46 of a fleet some of which a Raft cluster elects one acts, after a storm of ${kind}, too`, async () => {
    await forEachSeed(Math.ceil(SEEDS / 2), async (seed) => {
      const contest = throughStorm(seed, kind, 'mixed');
      // An election more, of Raft's.
      assertOneLeaderSoon(contest, 10 * SECOND);
      assertActsAreCovered(contest);
      assertOverlapsAreAllowed(contest);
      assertProbesAreRare(contest);
      assertSightsAreHeeded(contest);
    });
  });
}

/** How a Raft cluster loses its leader, and how long it may take until another is elected. */
const LOSSES = [
  ['vanish', 2.1 * SECOND],
  ['stop', 2.1 * SECOND],
  // Peers tell of it.
  ['kill', 0.2 * SECOND],
  ['transfer', 0.1 * SECOND],
  ['handOver', 0.1 * SECOND],
] as const;

for (const [loss, withinMs] of LOSSES) {
  test(`S41 where Raft elects another than one that it lost (${loss}), that one acts at once`, async () => {
    await forEachSeed(Math.ceil(SEEDS / 40), async (seed) => {
      const contest = new Contest(seed, 'mixed');
      const before = leaderOfThree(contest);
      assert.deepEqual(contest.acting(), [before]);
      contest[loss](before);
      const elected = electedAfter(contest, before, withinMs);
      contest.clock.advance(20);
      assert.deepEqual(contest.acting(), [elected]);
      before.process.resume();
      contest.clock.advance(20 * SECOND);
      assert.deepEqual(contest.acting(), [elected]);
      assertOverlapsAreAllowed(contest);
    });
  });
}

function leaderOfThree(contest: Contest): Contestant {
  const [raft] = contest.rafts;
  for (let n = 0; n < 3; n += 1) contest.start(raft);
  contest.clock.advance(2 * SECOND);
  return raft?.leader ?? assert.fail('nobody is elected');
}

function electedAfter(
  { clock, rafts: [raft] }: Contest,
  before: Contestant,
  withinMs: number,
): Contestant {
  const term = raft?.term ?? 0;
  for (let ms = 0; ms < withinMs; ms += 1) {
    clock.advance(1);
    if (raft?.term !== term && raft?.leader !== undefined) return raft.leader;
  }
  return assert.fail(`nobody follows ${before.identity}`);
}

test('S43 forged words make Raft elect, and the lead change, once in 30 seconds at most', async () => {
  await forEachSeed(Math.ceil(SEEDS / 40), async (seed) => {
    const contest = new Contest(seed, 'mixed');
    leaderOfThree(contest);
    const [{ term } = assert.fail()] = contest.rafts;
    const { commits } = contest.register;
    const first = commits.length;
    for (let second = 0; second < 120; second += 1) {
      for (const one of contest.alive()) contest.forge(one);
      contest.clock.advance(SECOND);
    }
    const taken = commits
      .slice(first)
      .filter(({ before, after }) => before?.holder !== after?.holder);
    assert.ok(taken.length >= 2 && taken.length <= 5, `${taken.length} changes`);
    assert.equal((contest.rafts[0]?.term ?? 0) - term, taken.length);
    assertProbesAreRare(contest);
    assertOverlapsAreAllowed(contest);
  });
});

test('S40 S46 an API server that is restored from backups has one leader again each time', async () => {
  await forEachSeed(Math.ceil(SEEDS / 2), async (seed) => {
    const contest = throughStorm(seed, 'faults, edits and restores');
    // Once more the time of expiry: only a conflict shows that what is known is from another time.
    assertOneLeaderSoon(contest, 14 * SECOND);
    assertActsAreCovered(contest);
  });
});
