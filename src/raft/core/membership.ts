import type { Configuration, ServerInfo } from '../messages.ts';
import { findServer, votersOf } from './configuration.ts';
import type { Change, Refusal } from './io.ts';
import { followConfiguration } from './leading.ts';
import { lastIndexOf } from './log.ts';
import { replicate } from './replicating.ts';
import { appendEntries, type Leading, type RaftState, type Step } from './state.ts';

/**
 * One server at a time, so that a majority of the voters before and one of those after have somebody
 * in common; in force as soon as it is appended (Raft's dissertation, 4.1).
 */
export function change(step: Step, asked: Change): void {
  const { state, output } = step;
  const { role } = state;
  const refused = refusalOf(state) ?? refusalOfChange(state.configuration.configuration, asked);
  if (refused !== undefined || role.kind !== 'leader') {
    output.result = { kind: 'refused', why: refused ?? 'not-leader' };
    return;
  }
  const configuration = changed(state.configuration.configuration, asked);
  const index = lastIndexOf(state.log) + 1;
  const { term } = state;
  appendEntries(step, [{ kind: 'configuration', index, term, configuration }]);
  if (asked.kind === 'remove') tellRemoved(step, role, asked.id);
  followConfiguration(step, role);
  output.result = { kind: 'appended', index, term };
}

/** Why no change would be taken now. */
export function refusalOf({ role, commit, configuration }: RaftState): Refusal | undefined {
  if (role.kind !== 'leader') return 'not-leader';
  if (role.transfer !== undefined) return 'transferring';
  // Another leader may have begun a change that is to be lost, or to win (the flaw found in 2015).
  if (commit < role.firstIndex) return 'not-ready';
  return configuration.index > commit ? 'change-pending' : undefined;
}

function refusalOfChange(configuration: Configuration, asked: Change): Refusal | undefined {
  const server = findServer(configuration, asked.id);
  if (asked.kind === 'add') return server?.address === asked.address ? 'unchanged' : undefined;
  if (server === undefined) return 'unknown-server';
  const isVoter = server.suffrage === 'voter';
  if (asked.kind === 'promote') return isVoter ? 'unchanged' : undefined;
  if (isVoter) return votersOf(configuration).length === 1 ? 'last-voter' : undefined;
  return asked.kind === 'demote' ? 'unchanged' : undefined;
}

function changed({ servers }: Configuration, asked: Change): Configuration {
  const others = servers.filter(({ id }) => id !== asked.id);
  if (asked.kind === 'remove') return { servers: others };
  if (asked.kind === 'add' && others.length === servers.length) {
    const { id, address } = asked;
    return { servers: [...servers, { id, address, suffrage: 'nonvoter' }] };
  }
  const change = (server: ServerInfo) => (server.id === asked.id ? edited(server, asked) : server);
  return { servers: servers.map(change) };
}

function edited(server: ServerInfo, asked: Change): ServerInfo {
  if (asked.kind === 'add') return { ...server, address: asked.address };
  return { ...server, suffrage: asked.kind === 'promote' ? 'voter' : 'nonvoter' };
}

/** Once, so that it knows, if it can be told just now. */
function tellRemoved(step: Step, { peers }: Leading, id: string): void {
  const peer = peers.get(id);
  if (peer !== undefined) replicate(step, peer);
}
