import type { KeptState } from '../storage/kept-state.ts';

/**
 * What the first server of a new cluster keeps: a configuration in which it is alone. All others keep
 * nothing at first, and wait for a leader to write to them.
 */
export function bootstrapped(id: string, address: string): KeptState {
  const configuration = { servers: [{ id, address, suffrage: 'voter' }] } as const;
  return {
    hardState: { term: 1, votedFor: undefined },
    snapshot: undefined,
    entries: [{ kind: 'configuration', index: 1, term: 1, configuration }],
  };
}
