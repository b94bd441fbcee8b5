import assert from 'node:assert/strict';
import { createGossipCore } from '../../../src/gossip/core/core.ts';
import {
  type GossipRules,
  type GossipSettings,
  LAN_RULES,
} from '../../../src/gossip/core/settings.ts';
import type { GossipAction, GossipReport } from '../../../src/gossip/core/surface.ts';
import { createSerf } from '../../../src/gossip/serf/serf.ts';
import { SERF_RULES, type SerfAction, type SerfInput } from '../../../src/gossip/serf/surface.ts';
import {
  bytes,
  endpointOf,
  messageOf,
  messageText,
  placeOf,
  stateOf,
  stateText,
  textOf,
  VERSIONS,
} from './message-text.ts';
import { textCodec } from './text-codec.ts';

type Layer = 'core' | 'serf';
/** Serf takes no `broadcast`, and the core none of what is serf's: a script says what its layer takes. */
type Input =
  | SerfInput
  | {
      readonly kind: 'broadcast';
      readonly payload: Uint8Array;
      readonly level: 'intent';
      readonly token: string;
    };
type Action = GossipAction | SerfAction;

interface Subject {
  step(input: Input, now: number): readonly Action[];
  nextWake(): number | undefined;
}

interface Play {
  subject: Subject;
  now: number;
  random: number;
  rules: Record<string, number>;
}

/**
 * Plays a script to a member whose name is `a`, and returns it with what it did written below each
 * line. Lines that begin with a blank are what it did; a line that begins with `#`, and an empty one,
 * stay as they are. All others begin with a time in milliseconds:
 *
 *     0 packet b: alive b 1; ack 7         a packet of two messages from b
 *     0 join b                             it is asked to join at b's
 *     0 pushed 1 sync b 1 alive            another sends its state over connection 1
 *     0 pulled join b 1 alive, c 1 dead    the answer to its own push/pull
 *     0 stream-pinged 1 ping 5 a · stream-acked 5
 *     0 describe m · leave · event name payload · remove b prune · broadcast token payload
 *     5000 ..                              until then it is woken whenever it wants to be
 *     0 random 0.5                         from now on
 *     0 set gossipFanOut 1                 before anything else
 *
 * Every random number is 0 at first: rounds begin at once, and what is shuffled is so in one way.
 */
export function playScript(script: string, layer: Layer): string {
  const play: Play = { subject: never, now: 0, random: 0, rules: {} };
  play.subject = begin(layer, play);
  const lines = script.split('\n').filter((line) => !line.startsWith(' '));
  return lines.flatMap((line) => [line, ...playLine(play, layer, line)]).join('\n');
}

const never: Subject = { step: () => [], nextWake: () => undefined };

function begin(layer: Layer, play: Play): Subject {
  const rules: GossipRules = { ...LAN_RULES, ...play.rules };
  const gossip: GossipSettings = {
    ...rules,
    packetBytes: play.rules['packetBytes'] ?? 1_400,
    node: 'a',
    endpoint: endpointOf('a'),
    meta: bytes(''),
    versions: VERSIONS,
    sizeOf: (message) => messageText(message).length,
  };
  const random = () => play.random;
  if (layer === 'core') {
    const core = createGossipCore(gossip, 0, random);
    return { nextWake: core.nextWake, step: (input, now) => core.step(toCore(input), now) };
  }
  const serf = createSerf({ ...SERF_RULES, ...play.rules, gossip, codec: textCodec }, 0, random);
  return { nextWake: serf.nextWake, step: (input, now) => serf.step(toSerf(input), now) };
}

function toCore(input: Input): Parameters<ReturnType<typeof createGossipCore>['step']>[0] {
  if (input.kind === 'event' || input.kind === 'remove')
    return assert.fail(`${input.kind} is serf's`);
  return input;
}

function toSerf(input: Input): SerfInput {
  return input.kind === 'broadcast' ? assert.fail('broadcast is of the core') : input;
}

function playLine(play: Play, layer: Layer, line: string): string[] {
  if (line === '' || line.startsWith('#')) return [];
  const [time = '', verb = '', ...words] = line.split(' ');
  const now = Number(time);
  assert.ok(!Number.isNaN(now), `a line without a time: ${line}`);
  if (verb === 'random') play.random = Number(words[0]);
  if (verb === 'set') {
    play.rules[words[0] ?? ''] = Number(words[1]);
    play.subject = begin(layer, play);
  }
  if (verb === 'random' || verb === 'set') return [];
  const { subject, now: before } = play;
  play.now = now;
  if (verb === '..') return [...passTime(subject, before, now), wakeLine(subject)];
  return [...stepLines(subject, toInput(verb, words), now), wakeLine(subject)];
}

/** More wakes than that at one time come to no end. */
const MOST_AT_ONCE = 5;

function passTime(subject: Subject, from: number, until: number): string[] {
  const lines: string[] = [];
  let last = from;
  let atOnce = 0;
  for (let at = subject.nextWake(); at !== undefined && at <= until; at = subject.nextWake()) {
    atOnce = at > last ? 0 : atOnce + 1;
    assert.ok(atOnce < MOST_AT_ONCE, `it wants to be woken at ${at} without end`);
    last = Math.max(last, at);
    const done = stepLines(subject, { kind: 'wake' }, last);
    if (done.length > 0) lines.push(`  at ${last}:`, ...done);
  }
  return lines;
}

function wakeLine(subject: Subject): string {
  return `  wake ${subject.nextWake() ?? 'never'}`;
}

function stepLines(subject: Subject, input: Input, now: number): string[] {
  return subject.step(input, now).map((action) => `  ${actionText(action)}`);
}

function toInput(verb: string, words: readonly string[]): Input {
  const [first = '', second = ''] = words;
  const rest = words.slice(1).join(' ');
  switch (verb) {
    case 'wake':
    case 'leave':
      return { kind: verb };
    case 'packet': {
      const messages = rest.split('; ').map(messageOf);
      return { kind: 'packet', from: endpointOf(first), messages };
    }
    case 'join':
      return { kind: 'join', to: endpointOf(first) };
    case 'pushed':
      return { kind: 'pushed', connection: Number(first), state: stateOf(rest) };
    case 'pulled':
      return { kind: 'pulled', isJoin: first === 'join', state: stateOf(words.join(' ')) };
    case 'stream-pinged': {
      const ping = messageOf(rest);
      assert.ok(ping.kind === 'ping');
      return { kind: 'stream-pinged', connection: Number(first), ping };
    }
    case 'stream-acked':
      return { kind: 'stream-acked', sequence: Number(first) };
    case 'describe':
      return { kind: 'describe', meta: bytes(first) };
    case 'event':
      return { kind: 'event', name: first, payload: bytes(second) };
    case 'remove':
      return { kind: 'remove', node: first, prune: second === 'prune' };
    case 'broadcast':
      return { kind: 'broadcast', payload: bytes(rest), level: 'intent', token: first };
    default:
      return assert.fail(`nothing like ${verb} happens`);
  }
}

function actionText(action: Action): string {
  switch (action.kind) {
    case 'send': {
      const without = action.hasChecksum ? '' : ' (no checksum)';
      return `to ${placeOf(action.to)}${without}: ${action.messages.map(messageText).join('; ')}`;
    }
    case 'stream-ping':
      return `stream to ${placeOf(action.to)}: ${messageText(action.ping)}`;
    case 'stream-ack':
      return `stream ${action.connection}: ${messageText(action.ack)}`;
    case 'push-pull':
      return `stream to ${placeOf(action.to)}: ${stateText(action.state)}`;
    case 'pull':
      return `stream ${action.connection}: ${stateText(action.state)}`;
    case 'user':
      return `user ${textOf(action.payload)}`;
    case 'merged':
      return `merged${action.isOurJoin ? ' our join' : ''} ${textOf(action.userState)}`.trimEnd();
    case 'told':
      return `told ${action.token}`;
    case 'member':
      return `${action.member.node} ${action.change}`;
    case 'event':
      return `event ${action.name} ${textOf(action.payload)}`.trimEnd();
    case 'report':
      return `report ${reportText(action.report)}`;
    default:
      return action.kind;
  }
}

function reportText({ kind, ...details }: GossipReport): string {
  const words = Object.values(details).map((value) =>
    typeof value === 'object' ? `@${placeOf(value)}` : String(value),
  );
  return [kind, ...words].join(' ');
}
