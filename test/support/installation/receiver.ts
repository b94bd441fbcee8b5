import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { selfSignedCertificate } from '../../../src/init/self-signed-certificate.ts';
import { type Push, parsePush } from '../../../src/wire/push.ts';
import type { Image } from './image.ts';

/** What a receiver does with a push. */
export interface PushReceived {
  readonly push: Push;
  /** How many pushes came before it. */
  readonly before: number;
  answer(status: number, body?: object | string): void;
  /** Breaks the connection. */
  hangUp(): void;
  /** Ends the receiver, with this exit code. */
  exit(code: number): void;
}

/** A receiver that answers pushes as a test says, where the program's own would not. */
export interface Receiver {
  readonly image: Image;
  /** What has been pushed to it. */
  readonly pushes: readonly Push[];
  readonly ended: Promise<number>;
  /** What the image does first. */
  listen(ip: string, port: number): void;
  /** Ends it, with this exit code. */
  exit(code: number): void;
}

const identity = selfSignedCertificate({
  addresses: ['127.0.0.1'],
  now: Date.now(),
  validForMs: 3_600_000,
});

/** What a receiver does with each push; an error in it fails the test. */
export type Reaction = (received: PushReceived) => void | Promise<void>;

export function receiver(react: Reaction): Receiver {
  const pushes: Push[] = [];
  const { promise: ended, resolve: exit } = Promise.withResolvers<number>();
  const { key, certificate: cert } = identity;
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const push = parsePush(await text(request));
    const before = pushes.push(push) - 1;
    await react({ push, before, exit, ...answersOf(response) });
  };
  const server = createServer({ key, cert }, (request, response) => void take(request, response));
  const listen = (ip: string, port: number) => {
    // A test that fails leaves it behind: it must not keep the process.
    server.listen(port, ip).unref();
    void ended.then(() => server.close());
  };
  const image: Image = ({ ip, port }) => {
    listen(ip, port);
    return { ended };
  };
  return { image, pushes, ended, listen, exit };
}

function answersOf(response: ServerResponse): Pick<PushReceived, 'answer' | 'hangUp'> {
  return {
    answer(status, body = '') {
      const content = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { connection: 'close' }).end(content);
    },
    hangUp: () => void response.socket?.destroy(),
  };
}

/** Says that it has exchanged what it was given, and ends well. */
export function exchanging(): Receiver {
  return receiver(({ answer, exit }) => {
    answer(200, EXCHANGED);
    exit(0);
  });
}

export const EXCHANGED = { result: 'exchanged', reason: '', tokenUsed: true };
