import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Installation, startInstallation } from '../support/installation/installation.ts';
import type { Pod } from '../support/installation/pod.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { until } from '../support/until.ts';

const PODS = 70;
const SEEDS = [1, 2, 3];

let home: Installation;

before(async () => {
  home = await startInstallation({ roles: ['web', 'office'], podNamespaces: ['shop', 'garden'] });
});

after(() => home[Symbol.asyncDispose]());

for (const seed of SEEDS) {
  test(`a controller that is killed twice in a burst leaves no pod without its token (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const burst = startBurst(random);
    let minted = 0;
    for (let kill = 0; kill < 2; kill++) {
      const controller = await home.startController();
      const moment = 1 + Math.floor(random() * (PODS / 2));
      const mints = () => controller.said({ msg: /^minted/ }).length;
      await until(`it has minted ${moment} times`, () => mints() >= moment);
      await controller.kill();
      minted += mints();
    }
    const last = await home.controller();
    const pods = await Promise.all((await burst).map((pod) => pod.served()));
    minted += last.said({ msg: /^minted/ }).length;
    await last.stop();
    await assertOwnTokens(pods);
    assert.ok(minted <= 3 * PODS, `${minted} mints`);
  });
}

/** Pods of both namespaces and roles, all at once. */
async function startBurst(random: () => number): Promise<Pod[]> {
  const wishes = Array.from({ length: PODS }, () => ({
    role: random() < 0.5 ? 'web' : 'office',
    namespace: random() < 0.5 ? 'shop' : 'garden',
  }));
  return await Promise.all(wishes.map((wish) => home.pod(wish)));
}

async function assertOwnTokens(pods: readonly Pod[]): Promise<void> {
  const tokens = pods.map((pod) => pod.token().clientToken);
  assert.equal(new Set(tokens).size, PODS);
  await Promise.all(tokens.map((token) => home.lookedUp(token)));
}
