import type { PlantedFault } from '../../../support/planted-fault/planted-fault.ts';

export interface RaftFault extends PlantedFault {
  readonly title: string;
  /** What shows it; the simulation, where nothing is said: some states it comes by too seldom. */
  readonly shownBy?: 'scripts';
}

export const FAULTS: readonly RaftFault[] = [
  {
    title: 'votes twice in a term',
    file: 'src/raft/core/voting.ts',
    from: 'state.votedFor === undefined || state.votedFor === from',
    to: 'true',
  },
  {
    title: 'votes for a log that is behind',
    file: 'src/raft/core/voting.ts',
    from: 'return lastIndex >= lastIndexOf(log);',
    to: 'return true;',
  },
  {
    title: 'votes for a log of an older term',
    file: 'src/raft/core/voting.ts',
    from: 'return lastTerm > lastTermOf(log);',
    to: 'return true;',
  },
  {
    title: 'does not write its vote and its term',
    file: 'src/raft/core/raft.ts',
    from: 'if (state.term !== term || state.votedFor !== votedFor) {',
    to: 'if (false) {',
  },
  {
    title: 'writes its term, but not its vote',
    file: 'src/raft/core/raft.ts',
    from: 'if (state.term !== term || state.votedFor !== votedFor) {',
    to: 'if (state.term !== term) {',
  },
  {
    title: 'keeps its vote in a new term',
    file: 'src/raft/core/roles.ts',
    from: 'state.votedFor = undefined;',
    to: '',
  },
  {
    title: 'does not write what it appends',
    file: 'src/raft/core/state.ts',
    from: 'output.persist.append = [...(output.persist.append ?? []), ...entries];',
    to: '',
  },
  {
    title: 'commits an entry of an older term by counting',
    file: 'src/raft/core/committing.ts',
    from: ' || termAt(state.log, index) !== state.term',
    to: '',
  },
  {
    title: 'commits what half of the voters have',
    file: 'src/raft/core/configuration.ts',
    from: 'reached[Math.floor(reached.length / 2)]',
    to: 'reached[Math.floor((reached.length - 1) / 2)]',
  },
  {
    title: 'counts nonvoters',
    file: 'src/raft/core/configuration.ts',
    from: 'votersOf(configuration).map(',
    to: 'configuration.servers.map(',
  },
  {
    title: 'is elected by half of the voters',
    file: 'src/raft/core/configuration.ts',
    from: '.length > voters.length / 2',
    to: '.length >= voters.length / 2',
  },
  {
    title: 'counts answers to what it asked in an earlier term',
    file: 'src/raft/core/roles.ts',
    from: 'state.calls.clear();',
    to: '',
    shownBy: 'scripts',
  },
  {
    title: 'believes whoever has the address',
    file: 'src/raft/core/answers.ts',
    from: 'isStrange || response.kind !== call.request.kind',
    to: 'response.kind !== call.request.kind',
  },
  {
    title: 'does not compare the entry before',
    file: 'src/raft/core/following.ts',
    from: 'prevIndex < log.base.index || termAt(log, prevIndex) === prevTerm',
    to: 'prevIndex <= lastIndexOf(log)',
  },
  {
    title: 'commits what the leader has not compared',
    file: 'src/raft/core/following.ts',
    from: 'Math.min(request.commit, prevIndex + entries.length)',
    to: 'Math.min(request.commit, lastIndexOf(state.log))',
    shownBy: 'scripts',
  },
  {
    title: 'cuts its log though what was sent is there already',
    file: 'src/raft/core/following.ts',
    from: 'index > log.base.index && termAt(log, index) !== term',
    to: 'index > log.base.index && index > 0',
  },
  {
    title: 'keeps a configuration that it took back',
    file: 'src/raft/core/state.ts',
    from: 'state.configuration = configurationAt(state.log, lastIndexOf(state.log));',
    to: '',
  },
  {
    title: 'begins a change while one is pending',
    file: 'src/raft/core/membership.ts',
    from: "return configuration.index > commit ? 'change-pending' : undefined;",
    to: 'return undefined;',
  },
  {
    title: 'begins a change before it has committed anything',
    file: 'src/raft/core/membership.ts',
    from: "if (commit < role.firstIndex) return 'not-ready';",
    to: '',
  },
  {
    title: 'goes on leading though it hears of a later term',
    file: 'src/raft/core/roles.ts',
    from: "if (kind === 'follower') return;",
    to: 'if (kind !== "candidate") return;',
  },
  {
    title: 'takes what it sent for what has arrived',
    file: 'src/raft/core/replicating.ts',
    from: "if (peer.mode === 'streaming') peer.next += entries.length;",
    to: 'matched(peer, prevIndex + entries.length);',
  },
  {
    title: 'goes back to an older snapshot',
    file: 'src/raft/core/snapshots.ts',
    from: 'success && request.lastIndex > state.commit',
    to: 'success',
  },
  {
    title: 'keeps what does not agree with a snapshot',
    file: 'src/raft/core/log.ts',
    from: 'log.entries.length = 0;',
    to: '',
  },
  {
    title: 'forgets the configuration in a snapshot',
    file: 'src/raft/core/snapshots.ts',
    from: 'configurationAt(log, index);',
    to: '{ configuration: { servers: [] }, index: 0 };',
  },
  {
    title: 'listens to candidates while it hears of a leader',
    file: 'src/raft/core/voting.ts',
    from: 'return now < state.heardAt + settings.electionMinMs;',
    to: 'return false;',
  },
  {
    title: 'asks for votes without asking first',
    file: 'src/raft/core/campaigning.ts',
    from: 'else if (settings.preVote) preCampaign(step);',
    to: 'else if (false) preCampaign(step);',
  },
  {
    title: 'hands over to who has not caught up',
    file: 'src/raft/core/leading.ts',
    from: 'if (peer.match !== lastIndexOf(step.state.log)) return;',
    to: '',
  },
  {
    title: 'takes entries while it hands over',
    file: 'src/raft/core/proposing.ts',
    from: "role.kind !== 'leader' || role.transfer !== undefined",
    to: "role.kind !== 'leader'",
  },
  {
    title: 'has no part in elections once it may have been removed',
    file: 'src/raft/core/campaigning.ts',
    from: 'if (index <= state.commit) return false;',
    to: 'return false;',
    shownBy: 'scripts',
  },
  {
    title: 'leads on though nobody answers',
    file: 'src/raft/core/leading.ts',
    from: 'majorityReach(configuration, contactAt) + settings.electionMinMs',
    to: 'Infinity',
  },
];
