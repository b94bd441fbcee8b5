import assert from 'node:assert/strict';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { messageOf } from '../../../../src/base/message-of.ts';
import type { Request } from '../../../../src/raft/messages.ts';
import type { RaftClient } from '../../../../src/raft/transport/raft-client.ts';
import { TransportError } from '../../../../src/raft/transport/transport-error.ts';
import { encodeRequest } from '../../../../src/raft/wire/encode-request.ts';
import { WIRE_LIMITS } from '../../../../src/raft/wire/limits.ts';
import type { ReceivedRequest } from '../../../../src/raft/wire/request-reader.ts';
import { until, within } from '../../../support/until.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';
import { requests } from '../wire/samples.ts';
import {
  aClient,
  agreeTo,
  anAppend,
  aServer,
  aSnapshotRequest,
  CLIENT,
  heartbeat,
  listenAnywhere,
  SERVER,
} from './rig.ts';

test('every request arrives as it was sent, and its answer comes back', async (t) => {
  const received: ReceivedRequest[] = [];
  const handle = async (request: ReceivedRequest) => {
    received.push(request);
    return agreeTo(request.request);
  };
  const { address } = await aServer(t, { handle });
  const client = aClient(t);
  for (const request of [...Object.values(requests), aSnapshotRequest(1_000_000)]) {
    assert.deepEqual(await sent(client, address, request), agreeTo(request));
    assert.deepEqual(received.pop(), { from: CLIENT, request });
  }
});

test('the answer says who gave it: an address may have come to another server', async (t) => {
  const { address } = await aServer(t);
  const { from } = await within('the answer', aClient(t).send(address, { kind: 'timeout-now' }));
  assert.deepEqual(from, SERVER);
});

test('answers come in the order of the appends', async (t) => {
  const held = holding();
  const seen: number[] = [];
  const { address } = await aServer(t, {
    async handle({ request }) {
      await held.promise;
      seen.push(request.kind === 'append-entries' ? request.prevIndex : 0);
      return agreeTo(request);
    },
  });
  const client = aClient(t);
  const answers = [2, 3, 4, 5].map((index) => sent(client, address, anAppend(index)));
  held.resolve();
  const indexes = (await Promise.all(answers)).map(
    (answer) => 'lastIndex' in answer && answer.lastIndex,
  );
  assert.deepEqual(indexes, [2, 3, 4, 5]);
  assert.deepEqual(seen, [1, 2, 3, 4]);
});

test('before any answer a server is sent two appends, and not one byte of the third', async (t) => {
  let bytes = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
  });
  t.after(() => server.close());
  const client = aClient(t);
  const address = `127.0.0.1:${await listenAnywhere(server)}`;
  const answers = [2, 3, 4].map((index) => client.send(address, anAppend(index)));
  const two = encodeRequest(CLIENT, anAppend(2)).length + encodeRequest(CLIENT, anAppend(3)).length;
  await until('two are there', () => bytes >= two);
  client[Symbol.dispose]();
  for (const answer of answers) await failsAs('closed', answer);
  await until('the connection is closed', () => connectionsOf(server).then((count) => count === 0));
  assert.equal(bytes, two);
});

test('heartbeats and votes overtake an append that is held up', async (t) => {
  const held = holding();
  const { address } = await aServer(t, {
    async handle({ request }) {
      if (request.kind === 'append-entries' && request.prevIndex > 0) await held.promise;
      return agreeTo(request);
    },
  });
  const client = aClient(t);
  let isAnswered = false;
  const append = sent(client, address, anAppend(2)).then(() => {
    isAnswered = true;
  });
  await sent(client, address, heartbeat);
  await sent(client, address, { kind: 'timeout-now' });
  await sent(client, address, aSnapshotRequest(10));
  assert.equal(isAnswered, false);
  held.resolve();
  await append;
});

test('where nobody listens the request fails at once, and later ones try again', async (t) => {
  const server = createServer();
  const port = await listenAnywhere(server);
  server.close();
  const client = aClient(t);
  const address = `127.0.0.1:${port}`;
  await failsAs('unreachable', sent(client, address, heartbeat));
  server.on('connection', (socket: Socket) => socket.destroy());
  server.listen({ port, host: '127.0.0.1' });
  t.after(() => server.close());
  await failsAs('lost', sent(client, address, heartbeat));
});

for (const address of ['', 'host', 'host:', ':1', '[::1:5', '::1:5', 'a:99999']) {
  test(`"${address}" is no address to reach a server at`, async (t) => {
    await failsAs('unreachable', sent(aClient(t), address, heartbeat));
  });
}

test('an answer that is late ends its connection, and the next request takes a new one', async (t) => {
  const held = holding();
  t.after(() => held.resolve());
  let requestsSeen = 0;
  const { address } = await aServer(t, {
    async handle({ request }) {
      requestsSeen += 1;
      if (requestsSeen === 1) await held.promise;
      return agreeTo(request);
    },
  });
  const clock = virtualClock();
  const client = aClient(t, { clock, timeoutMs: 500 });
  const first = sent(client, address, anAppend(2));
  const second = sent(client, address, anAppend(3));
  await until('the server has the first', () => requestsSeen === 1);
  clock.advance(499);
  const third = sent(client, address, anAppend(4));
  clock.advance(1);
  for (const answer of [first, second, third]) await failsAs('late', answer);
  assert.deepEqual(await sent(client, address, anAppend(5)), agreeTo(anAppend(5)));
  assert.equal(clock.nextWake(), undefined);
});

test('the larger a snapshot, the longer it may take', async (t) => {
  const held = holding();
  t.after(() => held.resolve());
  let requestsSeen = 0;
  const { address } = await aServer(t, {
    async handle({ request }) {
      requestsSeen += 1;
      await held.promise;
      return agreeTo(request);
    },
  });
  const clock = virtualClock();
  const client = aClient(t, { clock, timeoutMs: 100 });
  const answer = sent(client, address, aSnapshotRequest(600 * 1_024));
  assert.equal(clock.nextWake(), 300);
  await until('the server has it', () => requestsSeen === 1);
  clock.advance(300);
  await failsAs('late', answer);
});

test('who sends much faster than is answered is told to wait', async (t) => {
  const held = holding();
  t.after(() => held.resolve());
  const handle = () => held.promise.then(() => agreeTo(heartbeat));
  const { address } = await aServer(t, { handle });
  const client = aClient(t);
  const answers = Array.from({ length: 40 }, () => sent(client, address, heartbeat));
  const problems = answers.map((answer) => answer.then(() => 'answered', problemOf));
  await failsAs('busy', answers[39] ?? sent(client, address, heartbeat));
  client[Symbol.dispose]();
  const counts = (await Promise.all(problems)).filter((problem) => problem === 'closed').length;
  assert.ok(counts >= 16 && counts <= 18, `${counts} of them were waiting`);
});

for (const [what, garbage] of [
  ['what is no answer', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['an answer to nothing', Buffer.alloc(300, 0xa0)],
] as const) {
  test(`a server that says ${what} is left`, async (t) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.once('data', () => socket.write(garbage));
    });
    t.after(() => server.close());
    const address = `127.0.0.1:${await listenAnywhere(server)}`;
    await failsAs('malformed', sent(aClient(t), address, { kind: 'timeout-now' }));
    await until('the connection is closed', () => sockets[0]?.destroyed);
  });
}

test('a request that cannot be answered is refused, without the words of the failure', async (t) => {
  const handle = () => Promise.reject(new Error('the secret of the house'));
  const { address, reports } = await aServer(t, { handle });
  const error = await sent(aClient(t), address, heartbeat).catch((refusal: unknown) => refusal);
  assert.equal(problemOf(error), 'refused');
  assert.match(messageOf(error), /this server cannot answer/);
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['failed'],
  );
});

test('who sends what is no request is counted and left, and nobody else notices', async (t) => {
  const { address, reports } = await aServer(t);
  const client = aClient(t);
  await sent(client, address, heartbeat);
  const stranger = connect(Number(address.split(':')[1]), '127.0.0.1');
  t.after(() => stranger.destroy());
  stranger.on('error', () => {});
  stranger.write('GET / HTTP/1.1\r\n\r\n');
  stranger.resume();
  await until('the stranger is left', () => stranger.closed);
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['malformed'],
  );
  assert.deepEqual(await sent(client, address, heartbeat), agreeTo(heartbeat));
});

test('a request larger than the limit is counted and left', async (t) => {
  const limits = { ...WIRE_LIMITS, snapshotBytes: 1_000 };
  const { address, reports } = await aServer(t, { limits });
  await failsAs('lost', sent(aClient(t), address, aSnapshotRequest(1_001)));
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['malformed'],
  );
});

test('a client that is closed asks nobody any more', async (t) => {
  let requestsSeen = 0;
  const handle = async ({ request }: ReceivedRequest) => {
    requestsSeen += 1;
    return agreeTo(request);
  };
  const { address } = await aServer(t, { handle });
  const client = aClient(t);
  client[Symbol.dispose]();
  for (const request of [heartbeat, aSnapshotRequest(10)]) {
    await failsAs('closed', sent(client, address, request));
  }
  assert.equal(requestsSeen, 0);
});

test('a server that is closed leaves nobody waiting', async (t) => {
  const held = holding();
  t.after(() => held.resolve());
  let requestsSeen = 0;
  const server = await aServer(t, {
    async handle({ request }) {
      requestsSeen += 1;
      await held.promise;
      return agreeTo(request);
    },
  });
  const answer = sent(aClient(t), server.address, heartbeat);
  await until('the request is there', () => requestsSeen === 1);
  server.close();
  await failsAs('lost', answer);
});

async function sent(client: RaftClient, address: string, request: Request) {
  const { response } = await within('the answer', client.send(address, request));
  return response;
}

async function failsAs(problem: TransportError['problem'], answer: Promise<unknown>) {
  await assert.rejects(answer, (error) => {
    assert.equal(problemOf(error), problem);
    return true;
  });
}

function problemOf(error: unknown): string {
  return error instanceof TransportError ? error.problem : String(error);
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

function holding(): PromiseWithResolvers<void> {
  return Promise.withResolvers<void>();
}
