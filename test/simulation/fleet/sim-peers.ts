import type { Clock } from '../../../src/base/clock.ts';
import type { Random } from '../../../src/base/random.ts';
import { encodeHello } from '../../../src/election/peer/hello.ts';
import type { ConnectionEnd } from '../../../src/election/peer/peer-watch.ts';
import type { PeerEvents, PeerTransport } from '../../../src/election/peer/watch-peer.ts';
import type { SimProcess } from '../sim-process.ts';

/** What somebody does on the way between controllers: shares of the connections, 0 to 1. */
export interface PeerWeather {
  /** Refused in the name of a process that lives. */
  forged: number;
  /** Nothing comes back. */
  silent: number;
}

/** The network between the controllers' peer ports. */
export interface SimPeers {
  readonly weather: PeerWeather;
  /** The process listens at this host from now on, in place of whoever did. */
  listen(host: string, process: SimProcess, identity: string): void;
  /** Its process has ended: the kernel closes what it had open. */
  close(host: string): void;
  /** No packet reaches this host, or leaves it. */
  cutOff(host: string, isCut: boolean): void;
  /** Somebody resets all connections. */
  resetAll(): void;
  /** Reaches the others from this host, for a process there. */
  transport(host: string, process: SimProcess): PeerTransport;
}

interface Listener {
  readonly process: SimProcess;
  readonly identity: string;
}

interface Connection {
  readonly from: string;
  readonly to: string;
  readonly ends: (end: ConnectionEnd) => void;
}

interface Net {
  readonly clock: Clock;
  readonly random: Random;
  readonly weather: PeerWeather;
  readonly listeners: Map<string, Listener>;
  readonly cut: Set<string>;
  readonly connections: Set<Connection>;
}

export function simPeers(clock: Clock, random: Random): SimPeers {
  const weather = { forged: 0, silent: 0 };
  const [listeners, cut] = [new Map<string, Listener>(), new Set<string>()];
  const net: Net = { clock, random, weather, listeners, cut, connections: new Set() };
  const endAll = (which: (connection: Connection) => boolean) => {
    for (const connection of [...net.connections]) {
      if (which(connection)) later(net, () => connection.ends('closed'));
    }
  };
  return {
    weather,
    listen: (host, process, identity) => void listeners.set(host, { process, identity }),
    close(host) {
      listeners.delete(host);
      endAll(({ to }) => to === host);
    },
    cutOff(host, isCut) {
      if (isCut) cut.add(host);
      else cut.delete(host);
    },
    resetAll: () => endAll(() => true),
    transport: (host, process) => ({
      connect: ({ host: to }, events) => connect(net, { from: host, to }, process, events),
    }),
  };
}

function later({ clock, random }: Net, run: () => void): void {
  clock.callAt(clock.now() + 0.2 + random(), run);
}

function connect(
  net: Net,
  ends: Pick<Connection, 'from' | 'to'>,
  process: SimProcess,
  events: PeerEvents,
): Disposable {
  const { weather, listeners, connections, cut, random } = net;
  const isOpen = () => connections.has(connection);
  const passes = () => isOpen() && !cut.has(ends.from) && !cut.has(ends.to);
  const connection: Connection = {
    ...ends,
    ends(end) {
      if (!passes()) return;
      connections.delete(connection);
      process.receive(() => isOurs && events.onEnded(end));
    },
  };
  let isOurs = true;
  connections.add(connection);
  later(net, () => {
    const listener = listeners.get(ends.to);
    if (!passes() || random() < weather.silent) return;
    if (listener === undefined || random() < weather.forged) return connection.ends('refused');
    // The kernel accepts the connection of a stopped process; only the process can say hello.
    listener.process.receive(() =>
      later(net, () => {
        const hello = encodeHello(listener.identity).trimEnd();
        if (passes()) process.receive(() => isOurs && events.onSaid(hello));
      }),
    );
  });
  return {
    [Symbol.dispose]() {
      isOurs = false;
      connections.delete(connection);
    },
  };
}
