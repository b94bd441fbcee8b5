import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { NOTHING_KEPT } from '../../../../src/raft/storage/kept-state.ts';
import { nodeFolder } from '../../../../src/raft/storage/node-folder.ts';
import { openStorage } from '../../../../src/raft/storage/storage.ts';
import { StorageError } from '../../../../src/raft/storage/storage-error.ts';
import { type SimFolder, simFolder } from '../../../support/raft/sim-folder.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { aCommand, aSnapshot, someChanges } from './changes.ts';

const LOG = 'raft.log';
const newId = () => 'first';

test('on a real disk, what was saved is there when it is opened again', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'raft-'));
  t.after(() => rm(parent, { recursive: true }));
  const path = join(parent, 'not', 'there yet');
  const { changes, states } = someChanges(20, seededRandom(3));

  const storage = await openStorage(await nodeFolder(path), randomUUID);
  assert.deepEqual(storage.restored, NOTHING_KEPT);
  await Promise.all(changes.map((change) => storage.save(change)));
  await storage.close();

  const again = await openStorage(await nodeFolder(path), randomUUID);
  assert.equal(again.serverId, storage.serverId);
  assert.deepEqual(again.restored, states.at(-1));
  await again.close();
  assert.equal((await stat(path)).mode & 0o777, 0o700);
  assert.equal((await stat(join(path, LOG))).mode & 0o777, 0o600);
});

test('a folder that is there keeps its rights, and where it cannot be the error says so', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'raft-'));
  t.after(() => rm(parent, { recursive: true }));
  await chmod(parent, 0o755);
  const storage = await openStorage(await nodeFolder(parent), randomUUID);
  await storage.close();
  assert.equal((await stat(parent)).mode & 0o777, 0o755);
  await assert.rejects(nodeFolder(join(parent, LOG, 'within')), StorageError);
});

test('an empty disk is another server', async () => {
  const ids = ['one', 'two'];
  const open = async () => openStorage(simFolder(), () => ids.shift() ?? 'none');
  assert.notEqual((await open()).serverId, (await open()).serverId);
});

test('what is saved is on the disk before it is said to be', async () => {
  const folder = simFolder();
  const storage = await openStorage(folder, newId);
  await storage.save({ hardState: { term: 4, votedFor: 'b' } });
  const restarted = await openStorage(
    folder.restarted(() => 0.999),
    newId,
  );
  assert.deepEqual(restarted.restored.hardState, { term: 4, votedFor: 'b' });
});

test('entries that would leave a gap are a bug of who saves them', async () => {
  const storage = await openStorage(simFolder(), newId);
  await storage.save({ append: [aCommand(1, 1, 10)] });
  await assert.rejects(storage.save({ append: [aCommand(3, 1, 10)] }), /entry 3 after entry 1/);
});

test('a file of many changes is begun anew, and stays in proportion to what it keeps', async () => {
  const folder = simFolder();
  const storage = await openStorage(folder, newId);
  for (let index = 1; index <= 60; index += 1) {
    const discardThrough = index - 1;
    await storage.save({ append: [aCommand(index, 1, 100_000)], discardThrough });
  }
  assert.ok(folder.content(LOG).length < 2_000_000, `${folder.content(LOG).length} bytes`);
  const again = await openStorage(folder, newId);
  assert.deepEqual(again.restored.entries, [aCommand(60, 1, 100_000)]);
});

test('a snapshot makes room: the file is as large as what is kept', async () => {
  const folder = simFolder();
  const storage = await openStorage(folder, newId);
  await storage.save({ append: [aCommand(1, 1, 10_000), aCommand(2, 1, 10_000)] });
  await storage.save({ snapshot: aSnapshot(2, 1), discardThrough: 2 });
  assert.ok(folder.content(LOG).length < 400);
});

for (const [code, kind, problem, advice] of [
  ['ENOSPC', 'write', 'full', /no space left: make room/],
  ['EDQUOT', 'write', 'full', /no space left: make room/],
  ['EROFS', 'write', 'read-only', /read-only: mount it/],
  ['EACCES', 'read', 'no-access', /may not write there/],
  ['ENOTDIR', 'read', 'no-folder', /a file is in the way/],
  ['EIO', 'write', 'failed', /did not do what it was asked/],
] as const) {
  test(`a disk that says ${code} is told as "${problem}", with its file and what to do`, async () => {
    const folder = simFolder();
    folder.failWith(code, kind);
    await assert.rejects(openStorage(folder, newId), (error) => {
      assert.ok(error instanceof StorageError);
      assert.equal(error.problem, problem);
      assert.match(error.message, advice);
      assert.match(error.message, /^\/sim\/raft\.log: /);
      return true;
    });
  });
}

test('after a write that failed nothing more is taken, even where the disk has recovered', async () => {
  const folder = simFolder();
  const storage = await openStorage(folder, newId);
  await storage.save({ append: [aCommand(1, 1, 10)] });
  const operations = folder.operations();
  folder.failWith('ENOSPC', 'write');
  const failed = storage.save({ append: [aCommand(2, 1, 10)] });
  const next = storage.save({ hardState: { term: 9, votedFor: undefined } });
  await assert.rejects(failed, /no space left/);
  await assert.rejects(next, /no space left/);
  assert.equal(folder.operations(), operations + 1);
});

test('changes that wait for the disk go to it together', async () => {
  const folder = simFolder();
  const storage = await openStorage(folder, newId);
  const operations = folder.operations();
  const saved = [1, 2, 3, 4].map((index) => storage.save({ append: [aCommand(index, 1, 10)] }));
  await Promise.all(saved);
  assert.equal(folder.operations(), operations + 2, 'one write and one sync');
  const again = await openStorage(folder, newId);
  assert.equal(again.restored.entries.length, 4);
});

test('a closed storage takes nothing more', async () => {
  const storage = await openStorage(simFolder(), newId);
  const saved = storage.save({ hardState: { term: 1, votedFor: undefined } });
  await storage.close();
  await saved;
  await assert.rejects(storage.save({ hardState: { term: 2, votedFor: undefined } }), /is closed/);
});

/** A log of four records, of which the last is longer than a sector. */
async function aLog(): Promise<SimFolder> {
  const folder = simFolder();
  const storage = await openStorage(folder, newId);
  await storage.save({ hardState: { term: 1, votedFor: 'a' } });
  await storage.save({ append: [aCommand(1, 1, 100), aCommand(2, 1, 100)] });
  await storage.save({ append: [aCommand(3, 1, 900)] });
  return folder;
}

async function lastIndexOf(folder: SimFolder): Promise<number | undefined> {
  const { restored } = await openStorage(folder, newId);
  return restored.entries.at(-1)?.index;
}

test('a bit that fell over is found wherever it is, and the message says what to do', async () => {
  const folder = await aLog();
  const sound = folder.content(LOG);
  const isDamage = (error: unknown) =>
    error instanceof StorageError &&
    error.problem === 'damaged' &&
    /remove the file/.test(error.message);
  for (let at = 0; at < sound.length; at += 1) {
    folder.tamper(LOG, () => flipped(sound, at));
    await assert.rejects(openStorage(folder, newId), isDamage, `byte ${at}`);
  }
});

test('a last record that was cut anywhere is taken away, and the next goes in its place', async () => {
  const folder = await aLog();
  const sound = folder.content(LOG);
  const last = sound.length - 1_000;
  for (let size = last + 100; size < sound.length; size += 1) {
    folder.tamper(LOG, () => sound.subarray(0, size));
    assert.equal(await lastIndexOf(folder), 2, `${size} bytes`);
  }
  const storage = await openStorage(folder, newId);
  await storage.save({ append: [aCommand(3, 2, 10)] });
  assert.equal(await lastIndexOf(folder), 3);
});

test('a last record of which a sector was never written is taken away', async () => {
  const folder = await aLog();
  const sound = folder.content(LOG);
  const middle = Math.ceil((sound.length - 900) / 512) * 512;
  for (const [from, to] of [
    [middle, middle + 512],
    [sound.length - 950, sound.length],
  ] as const) {
    folder.tamper(LOG, () => Buffer.from(sound).fill(0, from, to));
    assert.equal(await lastIndexOf(folder), 2, `zeros from ${from} to ${to}`);
  }
});

test('a sector of zeros where another record follows is damage', async () => {
  const folder = simFolder();
  const storage = await openStorage(folder, newId);
  const start = folder.content(LOG).length;
  await storage.save({ append: [aCommand(1, 1, 900)] });
  await storage.save({ append: [aCommand(2, 1, 900)] });
  const nextSector = Math.ceil(start / 512) * 512;
  for (const [from, to] of [
    [start, nextSector],
    [nextSector, nextSector + 512],
  ] as const) {
    const sound = folder.content(LOG);
    folder.tamper(LOG, () => Buffer.from(sound).fill(0, from, to));
    await assert.rejects(openStorage(folder, newId), new RegExp(`damaged at byte ${start}`));
    folder.tamper(LOG, () => sound);
  }
});

test('a file that ends within its first record is damaged: it was whole once', async () => {
  const folder = await aLog();
  for (const size of [0, 5, 40]) {
    folder.tamper(LOG, (content) => content.subarray(0, size));
    await assert.rejects(openStorage(folder, newId), /damaged at byte 0/);
  }
});

function flipped(content: Buffer, at: number): Buffer {
  const result = Buffer.from(content);
  result.writeUInt8(result.readUInt8(at) ^ 0x10, at);
  return result;
}
