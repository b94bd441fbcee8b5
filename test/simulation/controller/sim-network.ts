import { type Clock, pause } from '../../../src/base/clock.ts';
import type { Random } from '../../../src/base/random.ts';
import type { PushOutcome } from '../../../src/delivery/input.ts';
import type { Pusher } from '../../../src/delivery/pusher.ts';
import type { WrappingToken } from '../../../src/delivery/wrapping-token.ts';
import {
  encodeAnswer,
  parseReply,
  type Reply,
  type Result,
  STATUS_OF,
} from '../../../src/wire/answer.ts';
import { encodePush } from '../../../src/wire/push.ts';
import { type SimProcess, toProcess } from '../sim-process.ts';
import type { SimNodes, SimPod } from './sim-node.ts';

/** How bad the way to the pods is: shares of the pushes that it happens to, 0 to 1. */
export interface PodWeather {
  /** No packet comes through until the connection is given up. */
  dropped: number;
  /** The connection breaks when the push was sent, before or after the pod has it. */
  reset: number;
  /** The pod answers, and nobody hears it. */
  lost: number;
}

/** One push whose body was sent. */
export interface Sending {
  /** Who was at the address, and which start of its init container. */
  readonly pod: SimPod | undefined;
  readonly start: number;
  readonly token: WrappingToken;
  readonly at: number;
  /** Which controller sent it. */
  readonly sender: number;
  hasArrived: boolean;
  /** What the pod answered, and what the controller heard of it. */
  answered: Result | undefined;
  heard: Reply | undefined;
  heardAt: number | undefined;
}

interface Network {
  readonly clock: Clock;
  readonly random: Random;
  readonly nodes: SimNodes;
  readonly weather: PodWeather;
  readonly sendings: Sending[];
}

const CONNECT_DEADLINE_MS = 3_000;
const PUSH_DEADLINE_MS = 25_000;

/** The way from one controller to the pods. What was sent may arrive though its process is no more. */
export function simPusher(network: Network, sender: number, process: SimProcess): Pusher {
  const { clock, random, nodes, weather, sendings } = network;
  const hop = () => pause(clock, 0.5 + random() * 3);
  /** Why no connection stands, if none does. */
  const connect = async (ip: string, signal: AbortSignal): Promise<string | undefined> => {
    if (random() < weather.dropped) {
      await Promise.race([pause(clock, CONNECT_DEADLINE_MS), aborted(signal)]);
      return 'no connection in time';
    }
    await hop();
    if (signal.aborted) return 'broken off';
    return nodes.at(ip)?.container?.isListening ? undefined : 'ECONNREFUSED';
  };
  return {
    async push({ ip }, token, { signal, onConnected }) {
      const problem = await toProcess(process, connect(ip, signal));
      if (problem !== undefined) return { kind: 'unsent', words: problem };
      onConnected();
      if (signal.aborted) return { kind: 'unsent', words: 'broken off' };
      if (signal.aborted) return { kind: 'unsent', words: 'broken off' };
      const pod = nodes.at(ip);
      const [start, at] = [pod?.starts ?? 0, clock.now()];
      const outcomes = {
        hasArrived: false,
        answered: undefined,
        heard: undefined,
        heardAt: undefined,
      };
      const sending: Sending = { pod, start, token, at, sender, ...outcomes };
      sendings.push(sending);
      const late = pause(clock, PUSH_DEADLINE_MS).then(() => unanswered('no answer in time'));
      const off = aborted(signal).then(() => unanswered('broken off'));
      const ended = Promise.race([send(network, sending), late, off]);
      const outcome = await toProcess(process, ended);
      if (outcome.kind === 'replied') {
        Object.assign(sending, { heard: outcome.reply, heardAt: clock.now() });
      }
      return outcome;
    },
    probe: ({ ip }, signal) => toProcess(process, connect(ip, signal)),
  };
}

async function send({ clock, random, weather }: Network, sending: Sending): Promise<PushOutcome> {
  const { pod, start, token } = sending;
  const dice = random();
  await pause(clock, 0.5 + random() * 3);
  const container = pod?.starts === start ? pod.container : undefined;
  if (dice < weather.reset / 2 || !container?.isListening) return unanswered('ECONNRESET');
  sending.hasArrived = true;
  const answer = container.receive(bodyOf(token)).then((answer) => {
    sending.answered = answer.result;
    return answer;
  });
  if (dice < weather.reset) return unanswered('ECONNRESET');
  const { result } = await answer;
  await pause(clock, 0.5 + random() * 3);
  if (dice < weather.reset + weather.lost) await new Promise(() => {});
  const reply = parseReply(STATUS_OF[result], encodeAnswer(await answer));
  return { kind: 'replied', reply };
}

function bodyOf(token: WrappingToken): string {
  return encodePush({
    token: token.secret,
    creationTime: token.creationTime,
    ttl: token.ttlMs / 1_000,
    role: token.role,
    vaultAddr: 'https://vault:8200',
    appRoleMount: 'approle',
  });
}

function unanswered(words: string): PushOutcome {
  return { kind: 'unanswered', words };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
