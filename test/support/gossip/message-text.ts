import assert from 'node:assert/strict';
import type {
  Endpoint,
  Message,
  PushPull,
  RemoteNode,
  Versions,
} from '../../../src/gossip/messages.ts';

/** Those of the members in scripts that say nothing else. */
export const VERSIONS: Versions = [1, 5, 2, 2, 5, 4];

const NODE_STATES = ['alive', 'suspect', 'dead', 'left'] as const;
const KINDS = new Set(['ping', 'indirect-ping', 'ack', 'nack', 'suspect', 'alive', 'dead', 'user']);

/** Members are called by a letter, and live at an address that goes with it. */
export function endpointOf(letter: string): Endpoint {
  return { host: `10.0.0.${letter.charCodeAt(0) - 96}`, port: 7946 };
}

export function placeOf({ host }: Endpoint): string {
  return String.fromCharCode(96 + Number(host.split('.')[3]));
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

export function textOf(payload: Uint8Array): string {
  return Buffer.from(payload).toString();
}

/** `ping 1 b from a`, `alive b 1 @z meta=m v=1.5.2.2.5.4`, `suspect b 1 by c`, `user words`. */
export function messageText(message: Message): string {
  switch (message.kind) {
    case 'ping':
      return `ping ${message.sequence} ${message.node}${fromText(message.source)}`;
    case 'indirect-ping': {
      const { sequence, node, target, wantsNack, source } = message;
      const at = placeText(node, target);
      return `indirect-ping ${sequence} ${node}${at}${wantsNack ? ' nack' : ''}${fromText(source)}`;
    }
    case 'ack':
    case 'nack':
      return `${message.kind} ${message.sequence}`;
    case 'suspect':
    case 'dead':
      return `${message.kind} ${message.node} ${message.incarnation} by ${message.from}`;
    case 'alive':
      return `alive ${nodeText(message)}`;
    case 'user':
      return `user ${textOf(message.payload)}`;
    case 'error':
      return `error ${message.words}`;
  }
}

export function messageOf(text: string): Message {
  const [kind = '', ...words] = text.split(' ');
  assert.ok(KINDS.has(kind), `no message is called ${kind}`);
  if (kind === 'user') return { kind, payload: bytes(words.join(' ')) };
  const [first = '', second = ''] = words;
  const from = wordAfter(words, 'from');
  const source = from === undefined ? {} : { source: { node: from, ...endpointOf(from) } };
  const sequence = Number(first);
  switch (kind) {
    case 'ping':
      return { kind, sequence, node: second, ...source };
    case 'indirect-ping': {
      const target = placeIn(words, second);
      const wantsNack = words.includes('nack');
      return { kind, sequence, node: second, target, wantsNack, ...source };
    }
    case 'ack':
      return { kind, sequence, payload: bytes('') };
    case 'nack':
      return { kind, sequence };
    case 'alive':
      return { kind, ...nodeOf(words) };
    default:
      assert.ok(kind === 'suspect' || kind === 'dead');
      return { kind, node: first, incarnation: Number(second), from: wordAfter(words, 'by') ?? '' };
  }
}

/** `join a 1 alive, b 2 dead @z / what the layer above adds`; without `join`, `sync`. */
export function stateText({ isJoin, nodes, userState }: PushPull): string {
  const list = nodes.map((node) => `${nodeText(node)} ${node.state}`).join(', ');
  return `${isJoin ? 'join' : 'sync'} ${list} / ${textOf(userState)}`.trimEnd();
}

export function stateOf(text: string): PushPull {
  const [whole = '', userState = ''] = text.split(' / ');
  const [kind = '', ...rest] = whole.replace(/ \/$/, '').split(' ');
  const nodes = rest.join(' ').split(', ').filter(Boolean).map(remoteOf);
  return { isJoin: kind === 'join', nodes, userState: bytes(userState) };
}

function remoteOf(text: string): RemoteNode {
  const words = text.split(' ');
  const state = NODE_STATES.find((each) => words.includes(each));
  return { ...nodeOf(words), state: state ?? 'alive' };
}

type Described = Omit<RemoteNode, 'state'>;

function nodeText({ node, incarnation, endpoint, meta, versions }: Described): string {
  const described = meta.length === 0 ? '' : ` meta=${textOf(meta)}`;
  const own = versions.join('.') === VERSIONS.join('.') ? '' : ` v=${versions.join('.')}`;
  return `${node} ${incarnation}${placeText(node, endpoint)}${described}${own}`;
}

function nodeOf(words: readonly string[]): Described {
  const [node = '', incarnation = ''] = words;
  const valueIn = (name: string) =>
    words.find((word) => word.startsWith(name))?.slice(name.length) ?? '';
  const [a = 1, b = 5, c = 2, d = 2, e = 5, f = 4] = valueIn('v=')
    .split('.')
    .filter(Boolean)
    .map(Number);
  return {
    node,
    incarnation: Number(incarnation),
    endpoint: placeIn(words, node),
    meta: bytes(valueIn('meta=')),
    versions: [a, b, c, d, e, f],
  };
}

function placeText(node: string, endpoint: Endpoint): string {
  return placeOf(endpoint) === node ? '' : ` @${placeOf(endpoint)}`;
}

function placeIn(words: readonly string[], node: string): Endpoint {
  return endpointOf(words.find((word) => word.startsWith('@'))?.slice(1) ?? node);
}

function fromText(source: { readonly node: string } | undefined): string {
  return source === undefined ? '' : ` from ${source.node}`;
}

function wordAfter(words: readonly string[], word: string): string | undefined {
  const index = words.indexOf(word);
  return index < 0 ? undefined : words[index + 1];
}
