import type { Configuration, ServerInfo } from '../messages.ts';

export function findServer({ servers }: Configuration, id: string): ServerInfo | undefined {
  return servers.find((server) => server.id === id);
}

export function isVoter(configuration: Configuration, id: string): boolean {
  return findServer(configuration, id)?.suffrage === 'voter';
}

export function votersOf({ servers }: Configuration): ServerInfo[] {
  return servers.filter(({ suffrage }) => suffrage === 'voter');
}

/** Whether those of `ids` that are voters are more than half of all voters. */
export function isMajority(configuration: Configuration, ids: ReadonlySet<string>): boolean {
  const voters = votersOf(configuration);
  return voters.filter(({ id }) => ids.has(id)).length > voters.length / 2;
}

/** The greatest number that a majority of voters has reached; 0 without voters. */
export function majorityReach(
  configuration: Configuration,
  reachOf: (id: string) => number,
): number {
  const reached = votersOf(configuration).map(({ id }) => reachOf(id));
  reached.sort((one, other) => other - one);
  return reached[Math.floor(reached.length / 2)] ?? 0;
}
