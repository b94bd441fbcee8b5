import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { version } from '../../../src/base/version.ts';
import { USAGE } from '../../../src/init/usage.ts';
import { ELLIPSIS, eventTexts } from '../../support/docs/event-texts.ts';
import { linksOf } from '../../support/docs/links.ts';
import { blocksIn, linesIn } from '../../support/docs/markdown.ts';

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

const readme = read('README.md');
const guides = globSync('docs/guide/*.md', { cwd: ROOT }).toSorted();

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, one = '']) => one);
}

test('the README leads to every guide', () => {
  assert.ok(guides.length > 8);
  const links = linksOf(readme).map((link) => link.split('#', 1)[0]);
  assert.deepEqual(
    guides.filter((guide) => !links.includes(guide)),
    [],
  );
});

test('the README and the guides name images of this version', () => {
  const tags = ['README.md', ...guides].flatMap((page) =>
    found(read(page), /\bimage: \S*kubernetes-vault[\w-]*:(\S+)/g),
  );
  assert.ok(tags.length > 1);
  assert.deepEqual([...new Set(tags)], [version()]);
});

test('the targets of make that the README and the guides name are there', () => {
  const makefile = read('Makefile');
  const named = ['README.md', ...guides].flatMap((page) =>
    found(read(page), /(?:^|`)make ([a-z][a-z-]*)/gm),
  );
  const targets = found(makefile, /^([a-z][a-z-]*):/gm);
  assert.ok(named.includes('demo') && named.includes('test'));
  assert.deepEqual(
    named.filter((target) => !targets.includes(target)),
    [],
  );
});

const FILE_IN_COMMAND =
  /(?:-[kf] |\bnode |\bcat |\binstall \S+ )((?:deploy|quick-start)\/[\w./-]+)/g;

test('the files that commands of the README and the guides name are there', () => {
  const files = ['README.md', ...guides].flatMap((page) =>
    blocksIn(read(page), 'sh').flatMap((block) => found(block, FILE_IN_COMMAND)),
  );
  assert.ok(files.length > 3);
  assert.deepEqual(
    files.filter((path) => !existsSync(new URL(path, ROOT))),
    [],
  );
});

test('the Events in the README are ones that there can be', () => {
  const shown = linesIn(readme, 'text').map((line) =>
    line.replace(/^(\w+) +(\w+) +\S+ +kubernetes-vault +/, '$1 $2 '),
  );
  const patterns = eventTexts().map(asPattern);
  assert.equal(shown.length, 2);
  assert.deepEqual(
    shown.filter((event) => !patterns.some((pattern) => pattern.test(event))),
    [],
  );
});

/** Other names, words and durations are as good. */
function asPattern(event: string): RegExp {
  const escaped = event.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const open = escaped.replaceAll(ELLIPSIS, '.+').replaceAll('"web"', '"\\w+"');
  return new RegExp(`^${open.replace(/\b61ms\b/, '[\\d.]+m?s')}$`, 'u');
}

test('the keys that the README names are those of the reference', () => {
  const [, section = ''] = readme.split('## Configuration');
  const keys = found(section, /`((?:vault|kubernetes|authorization)\.[\w.]+)`/g);
  const reference = read('docs/guide/configuration.md');
  assert.ok(keys.length > 6);
  assert.deepEqual(
    keys.filter((key) => !isInReference(reference, key)),
    [],
  );
});

/** A key is a row below the heading of its section, or a section itself. */
function isInReference(reference: string, key: string): boolean {
  const at = key.lastIndexOf('.');
  const [section, name] = [key.slice(0, at), key.slice(at + 1)];
  const [, rest = ''] = reference.split(`\n### \`${section}\`\n`);
  const [rows = ''] = rest.split('\n### ');
  return rows.includes(`\n| \`${name}\``) || reference.includes(`\n### \`${key}.`);
}

test('the guide of the init container has its variables, and no others', () => {
  const page = read('docs/guide/init-container.md');
  const [, rest = ''] = page.split('\n## What it reads\n');
  const [section = ''] = rest.split('\n## ');
  const rows = found(section, /^\| `([A-Z_]+)` \|/gm);
  const variables = found(USAGE, /^ {2}([A-Z][A-Z_]+) {2,}/gm);
  assert.ok(variables.includes('VAULT_ROLE_ID'));
  assert.deepEqual(rows.toSorted(), variables.toSorted());
});
