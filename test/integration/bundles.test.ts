import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { InitContainer } from '../support/init/init-container.ts';
import { builtProgram } from '../support/installation/programs.ts';

const LARGEST_INIT_BYTES = 200_000;

for (const name of ['kubernetes-vault', 'kubernetes-vault-init'] as const) {
  test(`the bundle ${name} can be run by itself`, () => {
    const file = builtProgram(name);
    assert.equal(statSync(file).mode & 0o777, 0o755);
    assert.match(readFileSync(file, 'utf8'), /^#!\/usr\/bin\/env (?:-S )?node\b/);
  });
}

test('the bundle of the init container is small, and needs nothing but Node', () => {
  const bundle = readFileSync(builtProgram('kubernetes-vault-init'), 'utf8');
  assert.ok(bundle.length <= LARGEST_INIT_BYTES, `${bundle.length} bytes`);
  assert.deepEqual(bundle.match(/^import .*|\b(?:require|import)\([^)]*\)/gm), null);
});

test('until it listens, the init container loads no HTTP client and no Web Crypto of Node', async () => {
  const atExit = 'process.on("exit",()=>console.log("LOADED "+process.moduleLoadList.join()))';
  const preload = `--import=data:text/javascript,${encodeURIComponent(atExit)}`;
  await using container = await InitContainer.listening({ environment: { NODE_OPTIONS: preload } });
  container.signal('SIGTERM');
  await container.ended();
  const loaded = /^LOADED (.*)$/m.exec(container.printed)?.[1]?.split(',') ?? [];
  assert.ok(loaded.some((module) => module.endsWith(' https')));
  const unwanted = loaded.filter((module) => /undici|crypto\/webcrypto$/.test(module));
  assert.deepEqual(unwanted, []);
});
