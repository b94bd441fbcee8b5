import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { wakeTimer } from '../../base/wake-timer.ts';
import type { Holder } from '../lease/messages.ts';
import { readHello } from './hello.ts';
import { type PeerAddress, parsePeerAddress } from './peer-address.ts';
import { type ConnectionEnd, createPeerWatch, type PeerInput } from './peer-watch.ts';

/** How peers are reached. */
export interface PeerTransport {
  /**
   * Connects, and says nothing. Disposing of the connection closes it; no event comes after that, and
   * none before `connect` has returned.
   */
  connect(address: PeerAddress, events: PeerEvents): Disposable;
}

export interface PeerEvents {
  /** The first line has come, or the beginning of one that is too long. Once. */
  readonly onSaid: (line: string) => void;
  /** Once, and the last event. */
  readonly onEnded: (end: ConnectionEnd) => void;
}

export interface WatchPeerParts {
  readonly transport: PeerTransport;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Watches the process that holds the Lease, and calls `gone` when it is found to be no more, and each
 * second as long as that is so; `gone` may dispose of the watch. Where the holder's peer is no
 * literal `address:port`, it watches nothing.
 */
export function watchPeer(holder: Holder, gone: () => void, parts: WatchPeerParts): Disposable {
  const address = parsePeerAddress(holder.peer);
  if (address === undefined) return new DisposableStack();
  return run(holder.identity, address, { ...parts, gone });
}

function run(
  identity: string,
  address: PeerAddress,
  parts: WatchPeerParts & { readonly gone: () => void },
): Disposable {
  const { transport, clock, random, gone } = parts;
  const watch = createPeerWatch(identity);
  let open: Disposable | undefined;
  const timer = wakeTimer(clock, () => feed({ kind: 'wake' }));
  let isOver = false;

  const connect = (connection: number) => {
    open = transport.connect(address, {
      onSaid: (line) => feed({ kind: 'said', connection, identity: readHello(line) }),
      onEnded: (end) => feed({ kind: 'ended', connection, end }),
    });
  };
  const feed = (input: PeerInput) => {
    for (const action of watch.step(input, clock.now(), random())) {
      if (isOver) return;
      if (action.kind === 'connect') connect(action.connection);
      if (action.kind === 'close') open?.[Symbol.dispose]();
      if (action.kind === 'gone') gone();
    }
    timer.set(watch.nextWake());
  };

  feed({ kind: 'wake' });
  return {
    [Symbol.dispose]() {
      isOver = true;
      timer.stop();
      open?.[Symbol.dispose]();
    },
  };
}
