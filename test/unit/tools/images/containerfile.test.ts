import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { IMAGES } from '../../../../tools/images/programs.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const containerfile = readFileSync(join(ROOT, 'deploy/images/Containerfile'), 'utf8');

/** The instructions of each stage by its name; a line that goes on is one. */
const stages = new Map(
  containerfile
    .replaceAll('\\\n', ' ')
    .split(/^(?=FROM )/m)
    .slice(1)
    .map((text) => [/ AS (\S+)/.exec(text)?.[1] ?? '', text] as const),
);

/** How a stage names an argument of the build. */
function argument(name: string): string {
  return `\${${name}}`;
}

for (const { name, target } of IMAGES) {
  const stage = stages.get(target) ?? '';

  test(`the image ${name} starts its program with the flags of the program's first line`, () => {
    const [firstLine = ''] = readFileSync(join(ROOT, `src/bin/${name}.ts`), 'utf8').split('\n', 1);
    const flags = /\bnode\b(.*)$/.exec(firstLine)?.[1]?.trim().split(/\s+/).filter(Boolean) ?? [];
    const entrypoint = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(stage)?.[1] ?? '[]') as string[];
    assert.deepEqual(entrypoint, ['/usr/bin/node', ...flags, `/app/${name}.mjs`]);
  });

  test(`the image ${name} says what it is in the labels of the OCI`, () => {
    const labels = [...stage.matchAll(/org\.opencontainers\.image\.(\S+)="([^"]+)"/g)];
    const { description, ...others } = Object.fromEntries(
      labels.map(([, key = '', value = '']) => [key, value]),
    );
    assert.deepEqual(others, {
      title: name,
      licenses: 'Apache-2.0',
      version: argument('VERSION'),
      revision: argument('REVISION'),
      'base.name': argument('BASE'),
    });
    assert.ok(description);
    assert.match(stage, /^FROM \$\{RUNTIME\} /);
  });
}

test('nothing is run while the images are built, and nothing comes from an address', () => {
  assert.doesNotMatch(containerfile, /^(?:RUN|ADD|ONBUILD|SHELL)\b/m);
  assert.doesNotMatch(containerfile, /^#\s*syntax=/m);
});

test('the runtime is one layer, for a user without rights', () => {
  const runtime = stages.get('runtime') ?? '';
  assert.equal(runtime.match(/^COPY /gm)?.length, 1);
  assert.match(runtime, /^FROM scratch /);
  assert.match(runtime, /^USER 65532:65532$/m);
});

test('each program has an image, and each image a program', () => {
  for (const { name } of IMAGES) assert.ok(existsSync(join(ROOT, `src/bin/${name}.ts`)), name);
  const manifest = readFileSync(join(ROOT, 'package.json'), 'utf8');
  const { bin } = JSON.parse(manifest) as { bin: Record<string, string> };
  assert.deepEqual(IMAGES.map(({ name }) => name).sort(), Object.keys(bin).sort());
});
