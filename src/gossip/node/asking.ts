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

interface Question<Kind extends StreamMessage['kind']> {
  readonly message: StreamMessage;
  /** What an answer is. */
  readonly expects: Kind;
  readonly ms: number;
}

export function asking(parts: AskingParts): Asking {
  const { feed, pingMs } = parts;
  const exchanging = new Set<string>();
  const exchange = async (to: Endpoint, state: PushPull) => {
    const message = { kind: 'push-pull', state } as const;
    const answer = await ask(parts, to, { message, expects: 'push-pull', ms: STREAM_MS });
    if (answer === undefined) return;
    feed({ kind: 'pulled', isJoin: state.isJoin, state: takeState(parts, to, answer) });
  };
  const ping = async (to: Endpoint, message: Ping) => {
    const answer = await ask(parts, to, { message, expects: 'ack', ms: pingMs });
    if (answer !== undefined) feed({ kind: 'stream-acked', sequence: answer.sequence });
  };
  return {
    pushPull(to, state) {
      // Whoever is slow is not asked again before it has answered.
      const what = `${hostPort(to.host, to.port)} ${state.isJoin}`;
      if (exchanging.has(what)) return;
      exchanging.add(what);
      void exchange(to, state).finally(() => exchanging.delete(what));
    },
    ping: (to, message) => void ping(to, message),
  };
}

/** Undefined where there was no answer, or none that is one: that is reported. */
async function ask<Kind extends StreamMessage['kind']>(
  { client, report }: AskingParts,
  to: Endpoint,
  { message, expects, ms }: Question<Kind>,
): Promise<Extract<StreamMessage, { readonly kind: Kind }> | undefined> {
  try {
    const answer = await client.ask(to, message, ms);
    if (isOf(expects, answer)) return answer;
    const words = answer.kind === 'error' ? answer.words : `it answered by ${answer.kind}`;
    throw new StreamError('answer', words);
  } catch (error) {
    if (error instanceof GossipWireError) {
      report({ kind: 'dropped', reason: error.fault, from: to, error });
    } else report({ kind: 'unreached', to, error: error as Error });
    return undefined;
  }
}

function isOf<Kind extends StreamMessage['kind']>(
  kind: Kind,
  message: StreamMessage,
): message is Extract<StreamMessage, { readonly kind: Kind }> {
  return message.kind === kind;
}
