import assert from 'node:assert/strict';
import type { TLSSocket } from 'node:tls';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { PushOutcome } from '../../../src/delivery/input.ts';
import { httpsPusher } from '../../../src/delivery/pusher.ts';
import type { WrappingToken } from '../../../src/delivery/wrapping-token.ts';
import { encodeAnswer } from '../../../src/wire/answer.ts';
import { parseRoleName } from '../../../src/wire/role-name.ts';
import type { Peer } from '../servers/tls-peer.ts';
import { until } from '../until.ts';

export const TOKEN: WrappingToken = {
  secret: new Secret('hvs.CAESIwrapping-token-of-the-test'),
  role: parseRoleName('web') ?? assert.fail(),
  accessor: 'accessor-1',
  creationTime: '2026-01-01T00:00:00.123456789Z',
  ttlMs: 60_000,
  askedAt: 0,
};

export const SETTINGS = {
  vaultAddr: 'https://vault:8200',
  vaultCas: '-----BEGIN CERTIFICATE-----\n',
  appRoleMount: 'approle',
  vaultNamespace: 'team/a',
};

/** A push under way. */
export interface Attempt {
  readonly outcome: Promise<PushOutcome>;
  readonly abort: AbortController;
  isConnected(): boolean;
}

/** Begins to push to a peer. */
export function push(
  { port }: Pick<Peer, 'port'>,
  { clock = systemClock as Clock, ip = '127.0.0.1' } = {},
): Attempt {
  const abort = new AbortController();
  let connections = 0;
  const onConnected = () => {
    connections += 1;
  };
  const pusher = httpsPusher(() => SETTINGS, clock);
  const outcome = pusher.push({ ip, port }, TOKEN, { signal: abort.signal, onConnected });
  return { outcome, abort, isConnected: () => connections === 1 };
}

/** The whole way with one peer; no socket is left open. */
export async function pushTo(peer: Peer): Promise<PushOutcome> {
  const outcome = await push(peer).outcome;
  await allClosed(peer);
  return outcome;
}

export async function allClosed(peer: Peer): Promise<void> {
  await until('every connection is closed', () => peer.open() === 0);
}

/** A reply as it goes over the wire. */
export function respond(status: string, body = '', headers = ''): string {
  return `HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
}

/** Answers every request so. */
export const answering = (response: string) => (socket: TLSSocket) => void socket.write(response);

/** The body of an init container that has its credential. */
export const EXCHANGED = encodeAnswer({ result: 'exchanged', reason: '', tokenUsed: true });

/** What a peer may send of its reply before it falls silent. */
export const SILENT: readonly [what: string, first: string][] = [
  ['says nothing', ''],
  ['sends only half a head', 'HTTP/1.1 200 OK\r\n'],
  ['sends only half a body', respond('200 OK', EXCHANGED).slice(0, -5)],
];
