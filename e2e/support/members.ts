import assert from 'node:assert/strict';
import { eventually } from './eventually.ts';
import type { Reader } from './reader.ts';

const GUIDE = { page: 'docs/guide/high-availability.md', heading: 'Who is a member' };
/** A line of a member that has a vote: its pod, whether it lives, its role. */
const VOTER = /^(kubernetes-vault-\S+) .*?\balive +(?:leader(?:, acts)?|voter) /gm;

/**
 * Waits until the command of the guide lists three controllers that live and vote, one of which acts.
 * @returns the names of their pods
 */
export async function threeMembers(reader: Reader): Promise<readonly string[]> {
  const said = await eventually('three are members, and one acts', async () => {
    const table = await reader.types(GUIDE).catch(() => '');
    return namesIn(table).length === 3 && /\balive +leader, acts /.test(table) && table;
  });
  assert.match(said, /^cluster \S+, epoch \d+, term \d+\n/);
  return namesIn(said);
}

function namesIn(table: string): string[] {
  return [...table.matchAll(VOTER)].map(([, pod = '']) => pod);
}
