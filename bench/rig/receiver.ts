import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PushReceived, ReceiverMessage } from './receiver-process.ts';

/** The process that plays all init containers. */
export interface Receiver extends AsyncDisposable {
  /** Rejects if the process ends before it is disposed of. */
  readonly died: Promise<never>;
  /** Who is told of every push, until the next one takes over. */
  listen(listener: (push: PushReceived) => void): void;
}

const PROGRAM = fileURLToPath(new URL('receiver-process.ts', import.meta.url));

/**
 * Starts the receiver on `port` of all addresses of this machine. It takes pushes from addresses that
 * begin with `network` alone.
 * @throws when it cannot listen there
 */
export async function startReceiver(port: number, network = '127.'): Promise<Receiver> {
  const child = fork(PROGRAM, [String(port), network], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let disposed = false;
  const ended = once(child, 'exit');
  const died = ended.then(([code, signal]) => {
    if (disposed) return new Promise<never>(() => {});
    throw new Error(`the receiver ended with ${signal ?? code}`);
  });
  died.catch(() => {});
  const [first] = (await Promise.race([once(child, 'message'), died])) as [ReceiverMessage];
  if (first.kind === 'failed') {
    disposed = true;
    child.disconnect();
    throw new Error(`${first.reason}: name another port by --init-port`);
  }
  let listener: ((push: PushReceived) => void) | undefined;
  child.on('message', (message: ReceiverMessage) => {
    if (message.kind === 'pushes') for (const push of message.pushes) listener?.(push);
  });
  return {
    died,
    listen(next) {
      listener = next;
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
