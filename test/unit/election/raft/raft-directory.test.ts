import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { raftDirectory } from '../../../../src/election/raft/raft-directory.ts';
import { StorageError } from '../../../../src/raft/storage/storage-error.ts';
import { ScratchFolder } from '../../../support/real/scratch-folder.ts';

const ID = randomUUID();

function aFolder(t: TestContext): ScratchFolder {
  const folder = new ScratchFolder('raft-directory');
  t.after(() => folder.remove());
  return folder;
}

test('S46 a directory that is empty has kept nothing', async (t) => {
  const folder = aFolder(t);
  assert.equal(await raftDirectory(folder.path, randomUUID).newest(), undefined);
});

test('S46 each cluster and epoch has a server of its own, which is known again', async (t) => {
  const folder = aFolder(t);
  const directory = raftDirectory(folder.path, randomUUID);
  const first = await directory.open({ id: ID, epoch: 1 });
  await first.close();
  const again = await directory.open({ id: ID, epoch: 1 });
  await again.close();
  const second = await directory.open({ id: ID, epoch: 2 });
  await second.close();
  assert.equal(again.serverId, first.serverId);
  assert.notEqual(second.serverId, first.serverId);
});

test('S46 what was kept of other clusters is deleted, and nothing else', async (t) => {
  const folder = aFolder(t);
  const directory = raftDirectory(folder.path, randomUUID);
  mkdirSync(folder.file('lost+found'));
  writeFileSync(folder.file('members.sock'), '');
  for (const cluster of [
    { id: randomUUID(), epoch: 9 },
    { id: ID, epoch: 10 },
  ]) {
    await (await directory.open(cluster)).close();
  }
  assert.deepEqual(await directory.newest(), { id: ID, epoch: 10 });
  assert.deepEqual(
    readdirSync(folder.path).sort(),
    [`${ID}-10`, 'lost+found', 'members.sock'].sort(),
  );
});

test('S46 of several that a crash has left, the newest epoch is told', async (t) => {
  const folder = aFolder(t);
  for (const epoch of [2, 11, 9]) mkdirSync(folder.file(`${ID}-${epoch}`));
  assert.deepEqual(await raftDirectory(folder.path, randomUUID).newest(), { id: ID, epoch: 11 });
});

test('S43 a directory that cannot be read says so', async (t) => {
  const folder = aFolder(t);
  const directory = raftDirectory(folder.file('missing'), randomUUID);
  await assert.rejects(directory.newest(), StorageError);
});
