import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { joinArchives } from '../../../../tools/release/joined-archive.ts';
import { ScratchFolder } from '../../../support/real/scratch-folder.ts';

const scratch = new ScratchFolder('joined');
after(() => scratch.remove());

/** An unpacked archive of one image upon the layer `shared`, with what only old Dockers read. */
function archive(name: string): string {
  const folder = scratch.file(name);
  mkdirSync(folder);
  const [Config, own] = [`${name}-config.json`, `${name}-layer.tar`];
  const entry = { Config, RepoTags: [`${name}:1`], Layers: ['shared.tar', own] };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify([entry]));
  for (const file of [Config, own, 'repositories']) writeFileSync(join(folder, file), name);
  writeFileSync(join(folder, 'shared.tar'), 'what all of them share');
  return folder;
}

test('several images become one archive, which holds what they share once', () => {
  const into = scratch.file('into');
  const ids = joinArchives([archive('one'), archive('two')], into);
  assert.deepEqual(ids, ['sha256:one-config', 'sha256:two-config']);
  assert.deepEqual(readdirSync(into).sort(), [
    'manifest.json',
    'one-config.json',
    'one-layer.tar',
    'shared.tar',
    'two-config.json',
    'two-layer.tar',
  ]);
  assert.deepEqual(
    JSON.parse(readFileSync(join(into, 'manifest.json'), 'utf8')),
    ['one', 'two'].map((name) => ({
      Config: `${name}-config.json`,
      RepoTags: [`${name}:1`],
      Layers: ['shared.tar', `${name}-layer.tar`],
    })),
  );
  assert.equal(readFileSync(join(into, 'two-layer.tar'), 'utf8'), 'two');
});
