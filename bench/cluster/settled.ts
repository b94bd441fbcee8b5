import { systemClock } from '../../src/base/clock.ts';
import { askMembers } from '../../src/election/raft/members/ask-members.ts';
import { until } from '../../test/support/until.ts';
import type { Member } from './member.ts';

/** A cluster of three or five has a vote for each; a greater one has no more than that. */
const MOST_VOTERS = 5;
const WITHIN_MS = 60_000;

/**
 * Waits until all are ready and, where they elect by Raft, each knows of all voters that there will
 * be: before that, who goes may take with it the majority of the few that there are.
 */
export async function settled(members: readonly Member[]): Promise<void> {
  const voters = Math.min(members.length, MOST_VOTERS);
  const settle = async ({ name, ready, raftDir }: Member) => {
    await ready();
    if (raftDir === undefined) return;
    const knowsAll = async () => (await votersKnownIn(raftDir)) === voters;
    await until(`${name} knows of ${voters} voters`, knowsAll, WITHIN_MS);
  };
  await Promise.all(members.map(settle));
}

async function votersKnownIn(raftDir: string): Promise<number> {
  const { members } = await askMembers(raftDir, systemClock);
  return members.filter(({ role }) => role === 'leader' || role === 'voter').length;
}
