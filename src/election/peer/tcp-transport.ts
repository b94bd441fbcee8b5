import { connect } from 'node:net';
import { LONGEST_HELLO_BYTES } from './hello.ts';
import type { PeerEvents, PeerTransport } from './watch-peer.ts';

/** Tells of a machine that has vanished, so that no connection to it is kept for ever. */
export const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 10_000 } as const;

/** Reaches peers over TCP. */
export const tcpTransport: PeerTransport = {
  connect(address, events) {
    const socket = connect({ ...address, ...KEEP_ALIVE, noDelay: true });
    let isOurs = true;
    let stands = false;
    let code: string | undefined;
    socket.once('connect', () => {
      stands = true;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code;
    });
    const hear = listener(events);
    socket.on('data', (bytes: Buffer) => {
      if (isOurs && !hear(bytes)) socket.destroy();
    });
    socket.once('close', () => {
      if (!isOurs) return;
      events.onEnded(stands ? 'closed' : code === 'ECONNREFUSED' ? 'refused' : 'failed');
    });
    return {
      [Symbol.dispose]() {
        isOurs = false;
        socket.destroy();
      },
    };
  },
};

/** Takes what comes in; false once it is more than any peer has to say. */
function listener({ onSaid }: PeerEvents): (bytes: Buffer) => boolean {
  let heard = Buffer.alloc(0);
  let isSaid = false;
  return (bytes) => {
    heard = Buffer.concat([heard, bytes]);
    const end = heard.indexOf('\n');
    const isTooMuch = heard.length > LONGEST_HELLO_BYTES;
    if (!isSaid && (end >= 0 || isTooMuch)) {
      isSaid = true;
      onSaid(heard.toString('utf8', 0, end >= 0 ? end : heard.length));
    }
    return !isTooMuch;
  };
}
