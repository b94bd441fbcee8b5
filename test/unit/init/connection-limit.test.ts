import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Connection, connectionLimit } from '../../../src/init/receiver/connection-limit.ts';

/** A server's connections, at most `most`, known by the ports of their peers. */
function connections(most: number) {
  const closed: number[] = [];
  const limit = connectionLimit(most);
  const closers = new Map<number, () => void>();
  const connection = (port: number): Connection => ({
    localAddress: '10.0.0.1',
    remoteAddress: '10.0.0.2',
    remotePort: port,
    once: (_event, listener) => closers.set(port, listener),
    destroy() {
      closed.push(port);
      closers.get(port)?.();
    },
  });
  return {
    closed,
    open: (...ports: number[]) => {
      for (const port of ports) limit.opened(connection(port));
    },
    request: (port: number) => limit.requested(connection(port)),
    close: (port: number) => closers.get(port)?.(),
  };
}

test('S20 beyond the most, the connection that is longest without a whole request is closed', () => {
  const server = connections(3);
  server.open(1, 2, 3);
  assert.deepEqual(server.closed, []);
  server.open(4);
  server.open(5);
  assert.deepEqual(server.closed, [1, 2]);
});

test('S20 a connection with a whole request is not closed for others', () => {
  const server = connections(3);
  server.open(1, 2, 3);
  server.request(1);
  server.open(4);
  assert.deepEqual(server.closed, [2]);
});

test('S20 where every connection has a whole request, the newcomer goes', () => {
  const server = connections(2);
  server.open(1, 2);
  server.request(1);
  server.request(2);
  server.open(3);
  assert.deepEqual(server.closed, [3]);
});

test('S20 connections that ended make room', () => {
  const server = connections(2);
  server.open(1, 2);
  server.close(1);
  server.open(3);
  assert.deepEqual(server.closed, []);
  server.open(4);
  assert.deepEqual(server.closed, [2]);
});
