import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packagesOf } from '../../../../tools/images/bundled-packages.ts';
import { withFirstLine } from '../../../../tools/images/program-files.ts';
import { readSystem } from '../../../../tools/images/runtime/package-status.ts';
import { sizesTable } from '../../../../tools/images/sizes-table.ts';

test('a bundle contains the packages that it has a byte of, wherever they lie', () => {
  const inputs = {
    'src/bin/program.ts': { bytesInOutput: 10 },
    'node_modules/pino/lib/a.js': { bytesInOutput: 1 },
    'node_modules/pino/lib/b.js': { bytesInOutput: 1 },
    'node_modules/@scope/one/index.js': { bytesInOutput: 1 },
    'node_modules/a/node_modules/@scope/two/index.js': { bytesInOutput: 1 },
    'node_modules/dropped/index.js': { bytesInOutput: 0 },
  };
  assert.deepEqual(packagesOf({ outputs: { 'dist/program.mjs': { inputs } } }), [
    'node_modules/@scope/one',
    'node_modules/a/node_modules/@scope/two',
    'node_modules/pino',
  ]);
});

for (const line of ['#!/usr/bin/env node', '#!/usr/bin/env -S node --max-semi-space-size=1']) {
  test(`a program with the first line ${line} can be run where there is no env`, () => {
    assert.equal(withFirstLine(`${line}\ncode();\n`), '#!/usr/bin/node\ncode();\n');
  });
}

const OS_RELEASE = 'PRETTY_NAME="Some Linux"\nID=debian\nVERSION_ID="12"\nVERSION="12 (b)"\n';
const LIBC = 'Package: libc6\nSource: glibc (2.36-9)\nVersion: 2.36-9+u1\nArchitecture: amd64';
const OTHERS = ['libgcc-s1', 'libstdc++6'].map(
  (name) => `Package: ${name}\nVersion: 12\nArchitecture: amd64\nDescription: x\n more of it`,
);

test('a base image says which system it is, and which versions of the libraries it has', () => {
  const status = ['Package: bash\nVersion: 5', LIBC, ...OTHERS, ''].join('\n\n');
  const { id, version, packages } = readSystem(OS_RELEASE, status);
  assert.deepEqual([id, version], ['debian', '12']);
  assert.deepEqual(packages[0], {
    name: 'libc6',
    version: '2.36-9+u1',
    architecture: 'amd64',
    source: 'glibc',
    stanza: LIBC,
  });
  assert.deepEqual(
    packages.map(({ name, source }) => [name, source]),
    [
      ['libc6', 'glibc'],
      ['libgcc-s1', 'libgcc-s1'],
      ['libstdc++6', 'libstdc++6'],
    ],
  );
});

test('a base image without one of the libraries is refused by its name', () => {
  assert.throws(() => readSystem(OS_RELEASE, LIBC), /libgcc-s1/);
});

test('sizes are told for the layer that all share, and for what each image adds', () => {
  const shared = { bytes: 100_000_000, gzip: 40_000_000, zstd: 30_000_000 };
  const own = { bytes: 90_000, gzip: 20_000, zstd: 10_000 };
  const table = sizesTable([{ name: 'init', archive: '/init.tar', layers: [shared, own] }]);
  assert.match(table, /all share +100\.0 MB +40\.0 MB +30\.0 MB\n/);
  assert.match(table, /^init +0\.090 MB +0\.020 MB +0\.010 MB$/m);
});
