import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../../../src/base/clock.ts';
import {
  AskMembersError,
  askMembers,
} from '../../../../../src/election/raft/members/ask-members.ts';
import { serveMembers } from '../../../../../src/election/raft/members/serve-members.ts';
import { RaftDirInUseError } from '../../../../../src/election/raft/members/socket-file.ts';
import { StorageError } from '../../../../../src/raft/storage/storage-error.ts';
import { aMember, aView } from '../../../../support/election/members.ts';
import { until, within } from '../../../../support/until.ts';
import { virtualClock } from '../../../../support/virtual-clock.ts';

const VIEW = aView(aMember());
const view = () => VIEW;

async function aRaftDir(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'members-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function listening(path: string, onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onSocket);
  server.listen({ path });
  await within('it listens', once(server, 'listening'));
  return server;
}

/** The socket of a process that was killed: whoever closes in order removes it. */
async function leaveSocket(raftDir: string): Promise<void> {
  const path = join(raftDir, 'members.sock');
  const server = await listening(path, () => {});
  await rename(path, `${path}.kept`);
  server.close();
  await within('it is closed', once(server, 'close'));
  await rename(`${path}.kept`, path);
}

test('a controller tells whoever asks of its members, as they are then', async (t) => {
  const raftDir = join(await aRaftDir(t), 'not', 'there yet');
  let term = 0;
  using _ = await serveMembers({ raftDir, view: () => ({ ...VIEW, term: ++term }) });
  assert.deepEqual(await askMembers(raftDir, systemClock), { ...VIEW, term: 1 });
  assert.deepEqual(await askMembers(raftDir, systemClock), { ...VIEW, term: 2 });
});

test('only the user that the controller runs as may ask', async (t) => {
  const raftDir = join(await aRaftDir(t), 'own');
  using _ = await serveMembers({ raftDir, view });
  assert.equal((await stat(raftDir)).mode & 0o777, 0o700);
  assert.equal((await stat(join(raftDir, 'members.sock'))).mode & 0o777, 0o600);
});

test('a second process is kept off the directory as long as the first one answers', async (t) => {
  const raftDir = await aRaftDir(t);
  const first = await serveMembers({ raftDir, view });
  await assert.rejects(serveMembers({ raftDir, view }), (error) => {
    assert.ok(error instanceof RaftDirInUseError);
    assert.match(error.message, /another controller answers on .*members\.sock: .* raftDir/);
    return true;
  });
  assert.deepEqual(await askMembers(raftDir, systemClock), VIEW);
  first[Symbol.dispose]();
  using _ = await serveMembers({ raftDir, view });
  assert.deepEqual(await askMembers(raftDir, systemClock), VIEW);
});

test('what a killed process left is removed', async (t) => {
  const raftDir = await aRaftDir(t);
  await leaveSocket(raftDir);
  await assert.rejects(askMembers(raftDir, systemClock), /ECONNREFUSED/);
  using _ = await serveMembers({ raftDir, view });
  assert.deepEqual(await askMembers(raftDir, systemClock), VIEW);
  assert.deepEqual(await readdir(raftDir), ['members.sock']);
});

test('of two processes that start at once over such a socket, one has the directory', async (t) => {
  for (let round = 0; round < 30; round += 1) {
    const raftDir = await aRaftDir(t);
    await leaveSocket(raftDir);
    const starts = await Promise.allSettled([1, 2].map(() => serveMembers({ raftDir, view })));
    t.after(() => {
      for (const start of starts) if (start.status === 'fulfilled') start.value[Symbol.dispose]();
    });
    const refused = starts.filter((start) => start.status === 'rejected');
    assert.deepEqual(
      refused.map(({ reason }) => reason instanceof RaftDirInUseError),
      [true],
    );
    assert.deepEqual(await askMembers(raftDir, systemClock), VIEW);
  }
});

test('where no socket can be, the error says why', async (t) => {
  const raftDir = await aRaftDir(t);
  const [file, long] = [join(raftDir, 'members.sock'), join(raftDir, 'x'.repeat(90))];
  await writeFile(file, 'kept');
  const CASES = [
    [raftDir, /members\.sock is no socket: remove it/],
    [long, /107 bytes at most: choose a shorter raftDir/],
    [join(file, 'within'), /members\.sock/],
  ] as const;
  for (const [place, words] of CASES) {
    await assert.rejects(serveMembers({ raftDir: place, view }), (error) => {
      assert.ok(error instanceof StorageError);
      assert.match(error.message, words);
      return true;
    });
  }
  assert.equal((await stat(file)).size, 4);
});

const NO_ANSWERS: readonly (readonly [what: string, onSocket: (socket: Socket) => void])[] = [
  ['hangs up', (socket) => socket.destroy()],
  ['says something else', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
];

for (const [what, onSocket] of NO_ANSWERS) {
  test(`who asks somebody who ${what} gets no view`, async (t) => {
    const raftDir = await aRaftDir(t);
    const server = await listening(join(raftDir, 'members.sock'), onSocket);
    t.after(() => server.close());
    await assert.rejects(askMembers(raftDir, systemClock), AskMembersError);
  });
}

test('who asks a controller that hangs does not wait for ever', async (t) => {
  const raftDir = await aRaftDir(t);
  const clock = virtualClock();
  let asked: Socket | undefined;
  const server = await listening(join(raftDir, 'members.sock'), (socket) => {
    asked = socket;
  });
  t.after(() => server.close());
  const answer = assert.rejects(askMembers(raftDir, clock), /no answer within 5 s/);
  await until('it is asked', () => asked);
  clock.advance(5_000);
  await within('it gives up', answer);
});

test('who asks where nobody is hears what to do', async (t) => {
  const raftDir = await aRaftDir(t);
  await assert.rejects(
    askMembers(raftDir, systemClock),
    /ENOENT.*: ask in the pod of one that runs/,
  );
});
