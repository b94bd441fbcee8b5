import { hostPort } from '../../base/ip.ts';
import type { Endpoint, Ping, PushPull } from '../messages.ts';
import type { StreamMessage } from '../wire/stream-message.ts';
import { GossipWireError } from '../wire/wire-error.ts';
import { type IntakeParts, takeState } from './intake.ts';
import { StreamError } from './report.ts';
import type { StreamClient } from './stream-client.ts';
import { STREAM_MS } from './stream-server.ts';

export interface AskingParts extends IntakeParts {
  readonly client: StreamClient;
  /** How long the answer to a ping over a stream is of use. */
  readonly pingMs: number;
}

/** What we ask others over streams. Each answer is fed; whatever goes wrong is reported. */
export interface Asking {
  pushPull(to: Endpoint, state: PushPull): void;
  ping(to: Endpoint, ping: Ping): void;
}

export function asking(parts: AskingParts): Asking {
  const { client, feed, pingMs } = parts;
  const exchanging = new Set<string>();
  return {
    pushPull(to, state) {
      // Whoever asks more often than it is answered gets one answer.
      const place = hostPort(to.host, to.port);
      if (exchanging.has(place)) return;
      exchanging.add(place);
      const { isJoin } = state;
      const asked = client.ask(to, { kind: 'push-pull', state }, STREAM_MS);
      const taken = asked.then((answer) => {
        if (answer.kind !== 'push-pull') throw unexpected(answer);
        feed({ kind: 'pulled', isJoin, state: takeState(parts, to, answer) });
      });
      void settled(parts, to, taken).finally(() => exchanging.delete(place));
    },
    ping(to, ping) {
      const asked = client.ask(to, ping, pingMs);
      const taken = asked.then((answer) => {
        if (answer.kind !== 'ack') throw unexpected(answer);
        feed({ kind: 'stream-acked', sequence: answer.sequence });
      });
      void settled(parts, to, taken);
    },
  };
}

async function settled({ report }: AskingParts, to: Endpoint, taken: Promise<void>): Promise<void> {
  try {
    await taken;
  } catch (error) {
    if (error instanceof GossipWireError) {
      report({ kind: 'dropped', reason: error.fault, from: to, error });
    } else report({ kind: 'unreached', to, error: error as Error });
  }
}

function unexpected(answer: StreamMessage): StreamError {
  const words = answer.kind === 'error' ? answer.words : `it answered by ${answer.kind}`;
  return new StreamError('answer', words);
}
