import type { Clock } from '../../../src/base/clock.ts';
import type { Random } from '../../../src/base/random.ts';
import type { Handler, SimRequest } from '../../../src/sim/exchange.ts';
import { ask, type Receiver } from '../../../src/sim/in-memory.ts';

/**
 * open · cut: no packet passes, either way · deaf: what is asked arrives, no answer does · refused:
 * nobody listens at the other end, and that is known at once
 */
export type LinkState = 'open' | 'cut' | 'deaf' | 'refused';

/** One machine's way to a server. */
export interface SimLink {
  /** Of connections that have lost something some break when the way is open again, others stay silent for ever. */
  become(state: LinkState): void;
  /** A message takes up to so many milliseconds more. */
  slowMs: number;
  /** Asks the server; gives back what hangs up. */
  ask(request: SimRequest, receiver: Receiver): () => void;
}

interface Way {
  readonly clock: Clock;
  readonly random: Random;
  /** The server, asked at that moment of the world's. */
  readonly handlerAt: (at: number) => Handler;
  state: LinkState;
  slowMs: number;
  readonly open: Set<Connection>;
}

interface Connection {
  /** Something on it was lost: whatever follows is, too. */
  isTorn: boolean;
  readonly breaks: () => void;
}

export function simLink(parts: Pick<Way, 'clock' | 'random' | 'handlerAt'>): SimLink {
  const way: Way = { ...parts, state: 'open', slowMs: 0, open: new Set() };
  return {
    get slowMs() {
      return way.slowMs;
    },
    set slowMs(ms) {
      way.slowMs = ms;
    },
    become(state) {
      way.state = state;
      for (const connection of [...way.open]) {
        if (state === 'refused') later(way, connection.breaks);
        if (state !== 'open' || !connection.isTorn) continue;
        if (way.random() < 0.5) later(way, connection.breaks);
      }
    },
    ask: (request, receiver) => openConnection(way, request, receiver),
  };
}

function later(way: Way, run: () => void, atLeast = 0): number {
  const at = Math.max(atLeast, way.clock.now() + 0.3 + way.random() * (2 + way.slowMs));
  way.clock.callAt(at, run);
  return at;
}

function openConnection(way: Way, request: SimRequest, receiver: Receiver): () => void {
  const handler = way.handlerAt(way.clock.now());
  let hangUp = () => {};
  let lastArrival = 0;
  const close = () => {
    way.open.delete(connection);
    hangUp();
  };
  const connection: Connection = {
    isTorn: false,
    breaks() {
      if (!way.open.has(connection)) return;
      close();
      receiver.lost();
    },
  };
  const back = (run: () => void) => {
    const arrive = () => {
      connection.isTorn ||= way.state !== 'open';
      if (way.open.has(connection) && !connection.isTorn) run();
    };
    lastArrival = later(way, arrive, lastArrival);
  };
  const finish = () => {
    close();
    receiver.end();
  };
  way.open.add(connection);
  later(way, () => {
    if (way.state === 'refused') return void later(way, connection.breaks);
    connection.isTorn ||= way.state === 'cut';
    if (connection.isTorn) return;
    // It arrives although the asker has gone meanwhile: that is how a write is done unseen.
    hangUp = ask(handler, request, {
      head: (status, headers) => back(() => receiver.head(status, headers)),
      bytes: (bytes) => back(() => receiver.bytes(bytes)),
      end: () => back(finish),
      lost: () => back(connection.breaks),
    });
    if (!way.open.has(connection)) hangUp();
  });
  return close;
}
