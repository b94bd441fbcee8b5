import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Build,
  buildArguments,
  ENGINES,
  saveArguments,
} from '../../../../tools/images/engine/engine.ts';
import { platformOf } from '../../../../tools/images/platform.ts';
import { Failure } from '../../../../tools/servers/failure.ts';

const BUILD: Build = {
  file: '/src/Containerfile',
  context: '/context',
  target: 'init',
  tag: 'init:1',
  platform: platformOf('linux/arm64', 'x64'),
  args: { VERSION: '1' },
  labels: { 'org.opencontainers.image.source': 'somewhere' },
  time: 1_700_000_000,
};

for (const engine of ENGINES) {
  test(`${engine} is told all that an image is made of`, () => {
    const args = buildArguments(engine, BUILD, '/id');
    const wanted = [
      '--platform=linux/arm64',
      '--build-arg=TARGETARCH=arm64',
      '--build-arg=VERSION=1',
      '--label=org.opencontainers.image.source=somewhere',
      '--target=init',
      '--file=/src/Containerfile',
      '--tag=init:1',
      '--iidfile=/id',
    ];
    assert.deepEqual([args.at(0), args.at(-1)], ['build', '/context']);
    assert.deepEqual(
      wanted.filter((arg) => !args.includes(arg)),
      [],
    );
  });

  test(`${engine} is told the time of the image in its own way`, () => {
    const times = buildArguments(engine, BUILD, '/id').filter((arg) => arg.includes('1700000000'));
    const own = engine === 'docker' ? '--build-arg=SOURCE_DATE_EPOCH=' : '--timestamp=';
    assert.deepEqual(times, [`${own}1700000000`]);
  });
}

test('an archive has one name, which is not the one of the engine that made it', () => {
  const [docker, podman, buildah] = ENGINES.map((engine) =>
    saveArguments(engine, 'sha256:1', 'init:1', '/init.tar'),
  );
  assert.deepEqual(docker, ['save', '--output=/init.tar', 'init:1']);
  assert.deepEqual(podman, ['push', '--quiet', 'sha256:1', 'docker-archive:/init.tar:init:1']);
  assert.deepEqual(buildah, podman);
});

test('the platform is that of the machine, unless one is named', () => {
  assert.equal(platformOf(undefined, 'x64').architecture, 'amd64');
  assert.equal(platformOf('', 'arm64').architecture, 'arm64');
  assert.equal(platformOf('linux/amd64', 'arm64').node, 'x64');
  assert.throws(() => platformOf('linux/riscv64', 'x64'), Failure);
  assert.throws(() => platformOf(undefined, 'ppc64'), Failure);
});
