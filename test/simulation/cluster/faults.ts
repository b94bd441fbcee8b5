import type { PlantedFault } from '../../support/planted-fault/planted-fault.ts';

/** A rule that is left out on purpose. */
export interface ClusterFault extends PlantedFault {
  readonly title: string;
  /** What shows it; the simulation, where nothing is said: some states it comes by too seldom. */
  readonly shownBy?: 'scripts';
}

const CLUSTER = 'src/election/raft/cluster';

export const FAULTS: readonly ClusterFault[] = [
  {
    title: 'does not object when its cluster is doubted',
    file: `${CLUSTER}/mending.ts`,
    from: "state.known?.lease?.doubter === undefined ? undefined : { kind: 'object' }",
    to: 'undefined',
  },
  {
    title: 'begins another epoch without a word before',
    file: `${CLUSTER}/founding.ts`,
    from: "{ kind: 'doubt', cluster, cause }",
    to: "{ kind: 'found', cluster: next(cluster), cause }",
  },
  {
    title: 'gives nobody time to object',
    file: `${CLUSTER}/founding.ts`,
    from: 'Math.max(at, signs.doubted + doubtMs)',
    to: 'at',
    shownBy: 'scripts',
  },
  {
    title: 'doubts again at once what was objected to',
    file: `${CLUSTER}/founding.ts`,
    from: 'Math.max(lostAt, state.objectedAt + objectedMs)',
    to: 'lostAt',
    shownBy: 'scripts',
  },
  {
    title: 'begins a cluster that another has founded',
    file: `${CLUSTER}/serving.ts`,
    from: 'isEmpty && isFounder',
    to: 'isEmpty',
  },
  {
    title: 'begins a cluster twice',
    file: `${CLUSTER}/serving.ts`,
    from: ' && !state.begun.has(nameOf(cluster))',
    to: '',
    shownBy: 'scripts',
  },
  {
    title: 'stays in its cluster whatever the Lease names',
    file: `${CLUSTER}/serving.ts`,
    from: "case 'named':\n      return says.cluster;",
    to: "case 'named':\n      return state.folder?.cluster ?? says.cluster;",
  },
  {
    title: 'leaves a deleted Lease to others though it leads',
    file: `${CLUSTER}/mending.ts`,
    from: "case 'vacant':\n    case 'behind':",
    to: "case 'behind':",
  },
  {
    title: 'begins a cluster beside those who have one',
    file: `${CLUSTER}/founding.ts`,
    from: 'if (isTold) return false;',
    to: '',
    shownBy: 'scripts',
  },
  {
    title: 'writes again on what a conflict has shown to be out of date',
    file: `${CLUSTER}/core.ts`,
    from: "if (readAt !== undefined) return isDue(step, readAt) ? { kind: 'read' } : undefined;",
    to: '',
    shownBy: 'scripts',
  },
  {
    title: 'gives everybody a vote',
    file: `${CLUSTER}/next-change.ts`,
    from: 'if (length < 3) return 1;',
    to: 'if (length > 0) return length;',
  },
  {
    title: 'gives a vote to who has nothing yet',
    file: `${CLUSTER}/next-change.ts`,
    from: 'peer.match >= commit && ',
    to: '',
    shownBy: 'scripts',
  },
  {
    title: 'takes the vote from who leads',
    file: `${CLUSTER}/next-change.ts`,
    from: '.filter(({ id }) => id !== serverId)',
    to: '',
    shownBy: 'scripts',
  },
  {
    title: 'does not remove who leaves',
    file: `${CLUSTER}/next-change.ts`,
    from: 'return member !== undefined && isGoing(member);',
    to: 'return false;',
  },
  {
    title: 'removes whoever is silent for a moment',
    file: `${CLUSTER}/next-change.ts`,
    from: 'return isDue(step, contactAt + settings.goneMs);',
    to: 'return true;',
    shownBy: 'scripts',
  },
  {
    title: 'never removes who is gone',
    file: `${CLUSTER}/next-change.ts`,
    from: 'removeGone(step, folder, raft) ??',
    to: '',
  },
  {
    title: 'takes a voter for gone that gossip hears',
    file: `${CLUSTER}/who-is-there.ts`,
    from: 'if (isHeard(state, server) || state.pods === undefined) return true;',
    to: 'if (state.pods === undefined) return true;',
    shownBy: 'scripts',
  },
  {
    title: 'takes a voter for there whose address another has',
    file: `${CLUSTER}/who-is-there.ts`,
    from: 'member.podIp === ip && ',
    to: "member.podIp === '' && ",
    shownBy: 'scripts',
  },
  {
    title: 'never gives up a cluster whose data are lost',
    file: `${CLUSTER}/founding.ts`,
    from: 'Math.min(signs.allEmpty + goneMs, signs.noneHas + noDataMs)',
    to: 'Infinity',
  },
  {
    title: 'goes without handing over',
    file: `${CLUSTER}/leaving.ts`,
    from: 'return findServer(raft.configuration, folder.serverId) !== undefined;',
    to: 'return false;',
  },
  {
    title: 'says that its cluster has ended though others stay',
    file: `${CLUSTER}/leaving.ts`,
    from: 'isTooLate || !hasSuccessors(state, folder)',
    to: 'true',
  },
  {
    title: 'does not say that its cluster has ended',
    file: `${CLUSTER}/leaving.ts`,
    from: "isTooLate || !hasSuccessors(state, folder) ? { kind: 'end' } : undefined",
    to: 'undefined',
  },
];
