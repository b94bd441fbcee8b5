import type { SerfCodec } from '../../../src/gossip/serf/surface.ts';
import type { SeenEvents, SerfMessage, SerfState } from '../../../src/gossip/serf-messages.ts';
import { bytes, endpointOf, textOf } from './message-text.ts';

/**
 * Serf's messages as words, so that scripts can be read: `join b 3`, `leave b 4 prune`,
 * `event 5 name payload`, `query 5 77 0 name`; and a state as
 * `time=3 of=a:1,b:2 left=c events=5:name:payload`.
 */
export const textCodec: SerfCodec = {
  encode: (message) => bytes(serfText(message)),
  decode: (payload) => serfMessageOf(textOf(payload)),
  encodeState: (state) => bytes(serfStateText(state)),
  decodeState: (state) => serfStateOf(textOf(state)),
};

const ANY_QUERY = {
  kind: 'query',
  source: { node: 'z', ...endpointOf('z') },
  filters: [],
  relayFactor: 0,
  timeoutNs: 1e9,
  payload: bytes(''),
} as const;

function serfText(message: SerfMessage): string {
  switch (message.kind) {
    case 'join':
      return `join ${message.node} ${message.time}`;
    case 'leave':
      return `leave ${message.node} ${message.time}${message.prune ? ' prune' : ''}`;
    case 'event':
      return `event ${message.time} ${message.name} ${textOf(message.payload)}`.trimEnd();
    default:
      throw new Error(`nobody says ${message.kind}`);
  }
}

function serfMessageOf(text: string): SerfMessage | undefined {
  const [kind, first = '', second = '', third = '', name = ''] = text.split(' ');
  switch (kind) {
    case 'join':
      return { kind, node: first, time: Number(second) };
    case 'leave':
      return { kind, node: first, time: Number(second), prune: third === 'prune' };
    case 'event':
      return { kind, time: Number(first), name: second, payload: bytes(third), coalesce: false };
    case 'query':
      return { ...ANY_QUERY, time: Number(first), id: Number(second), flags: Number(third), name };
    default:
      return undefined;
  }
}

function serfStateText(state: SerfState): string {
  const { time, statusTimes, left, eventTime, events, queryTime } = state;
  const times = [...statusTimes].map(([node, at]) => `${node}:${at}`).join(',');
  const seen = events.flatMap((each) =>
    each.events.map(({ name, payload }) => `${each.time}:${name}:${textOf(payload)}`),
  );
  return [
    `time=${time}`,
    `of=${times}`,
    ...(left.length === 0 ? [] : [`left=${left.join(',')}`]),
    ...(eventTime === 1 ? [] : [`event-time=${eventTime}`]),
    ...(seen.length === 0 ? [] : [`events=${seen.join(',')}`]),
    ...(queryTime === 1 ? [] : [`query-time=${queryTime}`]),
  ].join(' ');
}

function serfStateOf(text: string): SerfState | undefined {
  const parts = new Map(text.split(' ').map((part) => toPair(part, '=')));
  if (!parts.has('time')) return undefined;
  const listOf = (name: string) => parts.get(name)?.split(',').filter(Boolean) ?? [];
  return {
    time: Number(parts.get('time')),
    statusTimes: new Map(
      listOf('of')
        .map((each) => toPair(each, ':'))
        .map(([a, b]) => [a, Number(b)]),
    ),
    left: listOf('left'),
    eventTime: Number(parts.get('event-time') ?? 1),
    events: listOf('events').map(seenOf),
    queryTime: Number(parts.get('query-time') ?? 1),
  };
}

function seenOf(text: string): SeenEvents {
  const [time = '', name = '', payload = ''] = text.split(':');
  return { time: Number(time), events: [{ name, payload: bytes(payload) }] };
}

/** Names have colons of their own, as `10.0.0.1:7946`: the last one counts. */
function toPair(text: string, between: string): [string, string] {
  const at = between === ':' ? text.lastIndexOf(between) : text.indexOf(between);
  return [text.slice(0, at), text.slice(at + 1)];
}
