import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { examineRaftDir, judgeRaftDir } from '../../../src/doctor/raft-dir.ts';
import { inShort } from '../../support/doctor/findings.ts';

async function aFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'raft-dir-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function found(raftDir: string, inPod = true): Promise<string[]> {
  return (await examineRaftDir(raftDir, inPod)).map(inShort);
}

test('a directory for the data of Raft is right where it can be written, or made', async (t) => {
  const folder = await aFolder(t);
  for (const path of [folder, join(folder, 'not', 'there yet')]) {
    assert.deepEqual(await found(path), [`ok raft.dir: ${path} can be written`]);
  }
});

test('one that cannot be made has failed, and the finding says why, and what to do', async (t) => {
  const folder = await aFolder(t);
  const file = join(folder, 'file');
  await writeFile(file, '');
  const [finding = ''] = await found(join(file, 'raft'));
  const where = join(file, 'raft');
  assert.equal(
    finding,
    `failed raft.dir: Raft can keep nothing in ${where}: a part of the path is a file → mount a volume at ${where} that the user of the controller may write to`,
  );
});

for (const [code, words] of [
  ['EROFS', 'the file system is read-only'],
  ['EACCES', 'this user may not write there'],
  ['EIO', 'the system says EIO'],
] as const) {
  test(`the reason ${code} is said in words`, () => {
    const facts = { kind: 'not-writable', path: '/var/lib', code } as const;
    const finding = judgeRaftDir(facts, '/var/lib/raft');
    assert.ok(inShort(finding).includes(`nothing in /var/lib: ${words} → mount a volume at`));
  });
}

test('it is looked at in a pod alone, and only where Raft elects', async (t) => {
  const folder = await aFolder(t);
  assert.deepEqual(await found(folder, false), [
    'skipped raft.dir: it can be looked at in the pod alone',
  ]);
  assert.deepEqual(await examineRaftDir(undefined, true), []);
});
