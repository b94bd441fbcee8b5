import type { Contest } from './contest.ts';
import type { Contestant } from './contestant.ts';
import { BY_HAND } from './lease-register.ts';

type Happening = readonly [chance: number, happen: (contest: Contest, one: Contestant) => void];

const MOST = 5;

/** What can happen to one of them, or to the Lease, and how likely that is in each round. */
const HAPPENINGS: readonly Happening[] = [
  [0.1, (contest) => contest.alive().length < MOST && contest.start()],
  [0.03, (contest, one) => contest.kill(one)],
  [0.02, (contest, one) => contest.vanish(one)],
  [0.03, (contest, one) => contest.handOver(one)],
  [0.04, (contest, one) => contest.stop(one)],
  [0.2, (_, { process }) => process.resume()],
  [0.04, (contest, { way }) => (way.state = contest.pick(['cut', 'deaf', 'refused']) ?? 'cut')],
  [0.2, (_, { way }) => (way.state = 'open')],
  [0.01, (contest) => everywhere(contest, 'refused')],
  [0.01, (contest) => everywhere(contest, 'cut')],
  [0.05, (contest) => everywhere(contest, 'open')],
  [0.05, (contest, { way }) => (way.slowMs = contest.random() ** 3 * 6_000)],
  [0.1, (_, { way }) => (way.slowMs = 0)],
  [0.03, (contest, { way }) => (way.faults = contest.random() * 0.7)],
  [0.05, (_, { way }) => (way.faults = 0)],
  [0.05, (_, { way }) => way.hang()],
  [0.05, (contest, one) => contest.forge(one)],
];

/** What happens to Raft leaders. */
const ELECTIONS: readonly Happening[] = [
  [0.1, (contest) => contest.pick(contest.rafts)?.silence()],
  [0.1, (contest) => contest.pick(contest.rafts)?.regain()],
  [0.05, (contest) => contest.pick(contest.rafts)?.electEarly()],
  [0.05, (contest, one) => one.raft?.leader === one && contest.transfer(one)],
];

/** What people do to a Lease. */
const EDITS: readonly Happening[] = [
  [0.02, ({ register }) => register.edit(undefined)],
  [0.02, ({ register }) => register.edit({ holder: undefined })],
  [0.01, ({ register }) => register.edit({ holder: 'somebody' })],
  [0.01, ({ register }) => register.edit({ isTakenByProbe: false })],
  [0.01, ({ register }) => register.edit({ claim: { cluster: 'c', epoch: 1, term: 1_000 } })],
];

/** Somebody restores an etcd from a backup, and version numbers that were given away are given again. */
const RESTORES: readonly Happening[] = [
  [
    0.02,
    (contest) => {
      const { register } = contest;
      const commit = contest.pick(register.commits.slice(-10));
      if (commit !== undefined && commit.by !== BY_HAND) register.restore(commit);
    },
  ],
];

function everywhere(contest: Contest, state: Contestant['way']['state']): void {
  for (const { way } of contest.alive()) way.state = state;
}

export type StormKind = 'faults' | 'faults and edits' | 'faults, edits and restores';

/** So many seconds in which everything goes wrong. */
export function stormOfContest(contest: Contest, seconds: number, kind: StormKind): void {
  const happenings = [
    ...HAPPENINGS,
    ...(contest.rafts.length === 0 ? [] : ELECTIONS),
    ...(kind === 'faults' ? [] : EDITS),
    ...(kind === 'faults, edits and restores' ? RESTORES : []),
  ];
  const end = contest.clock.now() + seconds * 1_000;
  while (contest.clock.now() < end) {
    contest.clock.advance(contest.random() * 1_000);
    for (const [chance, happen] of happenings) {
      if (contest.random() >= chance) continue;
      const one = contest.pick(contest.alive());
      if (one === undefined) contest.start();
      else happen(contest, one);
    }
  }
}
