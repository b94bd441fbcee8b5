import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { anchorsOf, deadLink, linksOf } from '../../support/docs/links.ts';

const ROOT = new URL('../../../', import.meta.url);
const NOT_OURS = ['node_modules', 'dist', '.git'];

const pages = globSync('**/*.md', { cwd: ROOT, exclude: (name) => NOT_OURS.includes(name) });

test('every relative link of every page leads to a file, and to a heading of it', () => {
  assert.ok(pages.length > 15, pages.join(' '));
  assert.ok(pages.includes('README.md'));
  const dead = pages.flatMap((page) => {
    const url = new URL(page, ROOT);
    return linksOf(readFileSync(url, 'utf8')).flatMap((link) => {
      const why = deadLink(url, link);
      return why === undefined ? [] : [`${page}: ${why}`];
    });
  });
  assert.deepEqual(dead, []);
});

test('a link to a file that is not there, or to a heading that is not, is dead', () => {
  const readme = new URL('README.md', ROOT);
  assert.match(deadLink(readme, 'docs/nowhere.md') ?? '', /no such file/);
  assert.match(deadLink(readme, 'docs/guide/doctor.md#nowhere') ?? '', /no such heading/);
  assert.equal(deadLink(readme, 'docs/guide/doctor.md#one-pod'), undefined);
  assert.deepEqual(linksOf('[a](b.md#c) [d](https://e) `[f](g)`\n```\n[h](i)\n```\n'), ['b.md#c']);
  assert.deepEqual(anchorsOf("# `vault.tls`\n## The app's token\n## The app's token\n"), [
    'vaulttls',
    'the-apps-token',
    'the-apps-token-1',
  ]);
});
