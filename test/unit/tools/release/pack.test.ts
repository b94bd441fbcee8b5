import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pack, packCompressed } from '../../../../tools/release/pack.ts';
import { ScratchFolder } from '../../../support/real/scratch-folder.ts';

const TIME = 1_700_000_000;
const NAMES = ['chart/templates/b.yaml', 'chart/.helmignore', 'chart/Chart.yaml', 'chart/a.yaml'];

const scratch = new ScratchFolder('pack');
after(() => scratch.remove());

/** A folder with these files, made in their order, by somebody with this umask at this time. */
function folderOf(name: string, files: readonly string[], umask: number, time: number): string {
  const folder = scratch.file(name);
  for (const file of files) {
    const path = join(folder, file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, `text of ${file}\n`);
    chmodSync(path, 0o666 & ~umask);
    utimesSync(path, time, time);
  }
  return folder;
}

for (const [kind, packed] of [
  ['plain', pack],
  ['compressed', packCompressed],
] as const) {
  test(`the same names and contents are the same archive, whoever made them, when, and in which order (${kind})`, async () => {
    const one = folderOf(`one-${kind}`, NAMES, 0o022, 1_600_000_000);
    const other = folderOf(`other-${kind}`, NAMES.toReversed(), 0o077, 1_800_000_000);
    await packed(one, scratch.file(`one-${kind}.archive`), TIME);
    await packed(other, scratch.file(`other-${kind}.archive`), TIME);
    const read = (name: string) => readFileSync(scratch.file(`${name}-${kind}.archive`));
    const first = read('one');
    assert.ok(first.equals(read('other')));
    writeFileSync(join(other, NAMES[0] ?? ''), 'another text\n');
    await packed(other, scratch.file(`changed-${kind}.archive`), TIME);
    assert.ok(!first.equals(read('changed')));
  });
}

test('an archive lists its files by name, as of nobody, at the time that was given', async () => {
  const file = scratch.file('listed.tar');
  await pack(folderOf('listed', NAMES, 0o077, 1), file, TIME);
  const options = ['--utc', '--full-time', '--numeric-owner'];
  const lines = execFileSync('tar', ['-tv', ...options, '-f', file], { encoding: 'utf8' });
  const fields = lines
    .trim()
    .split('\n')
    .map((line) => line.split(/ +/));
  assert.deepEqual(
    fields.map(([mode, owner, , date, time, name]) => [mode, owner, `${date} ${time}`, name]),
    [
      ['drwxr-xr-x', 'chart/'],
      ['-rw-r--r--', 'chart/.helmignore'],
      ['-rw-r--r--', 'chart/Chart.yaml'],
      ['-rw-r--r--', 'chart/a.yaml'],
      ['drwxr-xr-x', 'chart/templates/'],
      ['-rw-r--r--', 'chart/templates/b.yaml'],
    ].map(([mode, name]) => [mode, '0/0', '2023-11-14 22:13:20', name]),
  );
});
