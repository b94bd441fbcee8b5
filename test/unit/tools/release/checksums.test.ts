import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { CHECKSUMS, checksums, differences } from '../../../../tools/release/checksums.ts';
import { imageList } from '../../../../tools/release/image-list.ts';
import { ScratchFolder } from '../../../support/real/scratch-folder.ts';

const scratch = new ScratchFolder('checksums');
after(() => scratch.remove());

mkdirSync(scratch.file('images'));
writeFileSync(scratch.file('images/one.tar'), 'one');
writeFileSync(scratch.file('images.txt'), 'two');
const sums = await checksums(scratch.path);
writeFileSync(scratch.file(CHECKSUMS), sums);

function verified(): string {
  const { stdout } = spawnSync('sha256sum', ['--check', CHECKSUMS], {
    cwd: scratch.path,
    encoding: 'utf8',
  });
  return stdout;
}

test('sha256sum reads the checksums, which are of every file but their own, and notices a change', async () => {
  assert.equal(verified(), 'images.txt: OK\nimages/one.tar: OK\n');
  assert.equal(await checksums(scratch.path), sums);
  writeFileSync(scratch.file('images/one.tar'), 'One');
  assert.equal(verified(), 'images.txt: OK\nimages/one.tar: FAILED\n');
});

test('of two releases the files are named that differ, or that one of them has alone', () => {
  assert.deepEqual(differences(sums, sums), []);
  const [first = '', second = ''] = sums.split(/(?<=\n)/);
  assert.deepEqual(differences(sums, first), ['images/one.tar']);
  assert.deepEqual(differences(second, sums), ['images.txt']);
  const changed = first.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
  assert.deepEqual(differences(sums, changed + second), ['images.txt']);
});

test('an image is a line of name, platform, id and archive', () => {
  const about = { platform: 'linux/arm64', id: 'sha256:1', archive: 'images/a.tar' };
  assert.equal(
    imageList([
      { name: 'init:1', ...about },
      { name: 'app:1', ...about },
    ]),
    'init:1 linux/arm64 sha256:1 images/a.tar\napp:1 linux/arm64 sha256:1 images/a.tar\n',
  );
});
