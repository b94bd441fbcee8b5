import type { Entry, Snapshot } from '../../../../src/raft/messages.ts';
import {
  type Change,
  changed,
  type KeptState,
  NOTHING_KEPT,
} from '../../../../src/raft/storage/kept-state.ts';

const configuration = {
  servers: [{ id: 'a', address: '10.0.0.1:45679', suffrage: 'voter' }],
} as const;

/** `size` bytes, none of them 0: what was never written can be told from it. */
export function aCommand(index: number, term: number, size: number): Entry {
  return { kind: 'command', index, term, data: new Uint8Array(size).fill(1 + (index % 200)) };
}

export function aSnapshot(lastIndex: number, lastTerm: number, size = 20): Snapshot {
  const data = new Uint8Array(size).fill(0x5a);
  return { lastIndex, lastTerm, configuration, configurationIndex: 1, data };
}

/** Changes as a server makes them, at random, and what is kept after each; the first is nothing. */
export function someChanges(
  count: number,
  random: () => number,
): { changes: Change[]; states: KeptState[] } {
  const changes: Change[] = [];
  const states = [NOTHING_KEPT];
  let state = NOTHING_KEPT;
  while (changes.length < count) {
    const change = aChange(state, random);
    state = changed(state, change);
    changes.push(change);
    states.push(state);
  }
  return { changes, states };
}

function aChange(state: KeptState, random: () => number): Change {
  const { hardState, snapshot, entries } = state;
  const last = entries.at(-1)?.index ?? snapshot?.lastIndex ?? 0;
  const first = entries[0]?.index ?? last + 1;
  const within = first + Math.floor(random() * entries.length);
  const kind = random();
  if (kind < 0.2) {
    const votedFor = random() < 0.5 ? undefined : 'b';
    return { hardState: { term: hardState.term + 1, votedFor } };
  }
  if (kind < 0.3 && entries.length > 0) {
    return { truncateAfter: within - 1, append: [aCommand(within, hardState.term, 50)] };
  }
  if (kind < 0.45 && entries.length > 0) {
    return { snapshot: aSnapshot(within, 1), discardThrough: within - 1 };
  }
  if (kind < 0.5) {
    const lastIndex = last + 10;
    const leaders = aSnapshot(lastIndex, hardState.term, 1_500);
    return { snapshot: leaders, truncateAfter: lastIndex, discardThrough: lastIndex };
  }
  const count = 1 + Math.floor(random() * 3);
  const append = Array.from({ length: count }, (_, i) =>
    aCommand(last + 1 + i, hardState.term, Math.floor(random() * 1_500)),
  );
  return random() < 0.3 ? { append, hardState: { ...hardState, votedFor: 'c' } } : { append };
}
