import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readReleaseSettings } from '../../../../tools/release/settings.ts';
import { Failure } from '../../../../tools/servers/failure.ts';

const OF_A_COMMIT = { REVISION: 'abc', SOURCE_DATE_EPOCH: '1700000000' };

const read = (env: NodeJS.ProcessEnv) => readReleaseSettings({ ...OF_A_COMMIT, ...env }, '/');

test('a release is for every architecture and built by buildah, unless others are named', async () => {
  const usual = await read({});
  const architectures = usual.platforms.map(({ platform }) => platform.architecture);
  assert.deepEqual([architectures, usual.env['ENGINE']], [['amd64', 'arm64'], 'buildah']);
  const one = await read({ PLATFORM: 'linux/arm64', ENGINE: 'podman' });
  assert.deepEqual(
    [one.platforms.map(({ platform }) => platform.architecture), one.env['ENGINE']],
    [['arm64'], 'podman'],
  );
});

const REFUSED: readonly [env: NodeJS.ProcessEnv, why: RegExp][] = [
  [{ ENGINE: 'docker' }, /^ENGINE=docker makes other images each time: name podman or buildah$/],
  [{ PLATFORM: 'linux/arm64,linux/s390x' }, /^there is no image for linux\/s390x: PLATFORM is one/],
  [{ BASE: '/usr' }, /^BASE names a folder, of one architecture: name that one in PLATFORM/],
];

for (const [env, why] of REFUSED) {
  test(`${JSON.stringify(env)} is refused in a line that says what to write`, async () => {
    await assert.rejects(read(env), (error: unknown) => {
      assert.ok(error instanceof Failure);
      assert.match(error.message, why);
      return true;
    });
  });
}
