import type { Path } from '../problem.ts';
import { isSet, type Tree, valueAt } from '../yaml/tree.ts';

/** Whether the configuration chooses Raft, as far as that can be read. */
export function electsByRaft(tree: Tree): boolean {
  const value = valueAt(tree, ['election']);
  return value?.kind === 'scalar' && value.text === 'raft';
}

/** Of these alone somebody must mean Raft: `raftDir` stands in every configuration of the original. */
const OF_RAFT: readonly Path[] = ['keyFile', 'insecure', 'gossipPort', 'raftPort'].map((key) => [
  'cluster',
  key,
]);

/** The keys that are set, but that nothing asks for where the Lease elects. */
export function idleRaftKeys(tree: Tree): Path[] {
  return electsByRaft(tree) ? [] : OF_RAFT.filter((path) => isSet(tree, path));
}
