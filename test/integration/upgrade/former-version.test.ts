import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { version } from '../../../src/base/version.ts';
import { FORMER_VERSION, formerDist } from '../../support/former/former-dist.ts';
import type { Controller } from '../../support/installation/controller.ts';
import { logIn, unwrap } from '../../support/installation/exchange.ts';
import { initProcessOf } from '../../support/installation/image.ts';
import {
  type Installation,
  type ProgramChoice,
  startInstallation,
} from '../../support/installation/installation.ts';
import { builtProgram } from '../../support/installation/programs.ts';
import { Program } from '../../support/program.ts';

const FORMER: ProgramChoice = { dist: await formerDist() };
const THIS: ProgramChoice = {};

let home: Installation;

before(async () => {
  home = await startInstallation({ roles: ['web', 'office'], tls: true });
});

after(() => home[Symbol.asyncDispose]());

test('the former version is the last one that the changelog has, and its programs say so', async () => {
  const changelog = readFileSync(new URL('../../../CHANGELOG.md', import.meta.url), 'utf8');
  const released = [...changelog.matchAll(/^## \[(\d.*?)\]/gm)].map(([, one]) => one);
  const former = released.find((one) => one !== version());
  assert.equal(FORMER_VERSION, former);
  for (const name of ['kubernetes-vault', 'kubernetes-vault-init'] as const) {
    const file = builtProgram(name, FORMER.dist);
    const program = new Program({ name, file, args: ['version'], environment: {} });
    assert.equal(await program.ended, 0);
    assert.equal(program.printed, `${former}\n`);
  }
});

for (const { names, controllerOf, initOf } of [
  {
    names: 'a controller of this version and init containers of the former',
    controllerOf: THIS,
    initOf: FORMER,
  },
  {
    names: 'a controller of the former version and init containers of this',
    controllerOf: FORMER,
    initOf: THIS,
  },
]) {
  const image = initProcessOf(initOf.dist);

  test(`${names}: each of the three files is written, and what it holds works`, async () => {
    await using controller = await started(controllerOf);
    const modes = [{}, { RETRIEVE_TOKEN: 'false' }, WRAPPED];
    const pods = await Promise.all(modes.map((environment) => home.pod({ image, environment })));
    const [token, secretId, wrapped] = await Promise.all(pods.map((pod) => pod.served()));
    await home.lookedUp(token?.token().clientToken ?? '');
    const { vault } = home.servers;
    const plain = JSON.parse(secretId?.file('vault-secret-id') ?? '');
    await home.lookedUp(await logIn(vault, plain.roleId, plain.secretId));
    const { roleId, wrappedSecretId } = JSON.parse(wrapped?.file('vault-wrapped-secret-id') ?? '');
    await home.lookedUp(await logIn(vault, roleId, await unwrap(vault, wrappedSecretId)));
    for (const pod of pods) {
      await controller.says({ msg: /^delivered/, pod: pod.name });
      assert.equal(controller.said({ msg: /^minted/, pod: pod.name }).length, 1);
    }
  });

  test(`${names}: without pins the push says which Vault, and which CA verifies it`, async () => {
    await using _controller = await started(controllerOf);
    const pod = await (await home.pod({ image, environment: UNPINNED })).served();
    await home.lookedUp(pod.token().clientToken);
    assert.equal(pod.file('ca.crt').trim(), home.servers.vault.caPem?.trim());
  });

  test(`${names}: why a pod refuses is understood, and told with what to do`, async () => {
    await using controller = await started(controllerOf);
    const environment = { VAULT_APPROLE: 'office', TIMEOUT: '2s' };
    const pod = await home.pod({ image, environment });
    const line = await controller.says({ pod: pod.name, reason: 'answered' });
    assert.match(line.msg, /pin-mismatch: the pod says "the token is for .*\/web\/secret-id/);
    assert.match(String(line['remedy']), /VAULT_\* variables/);
  });
}

const WRAPPED = { RETRIEVE_TOKEN: 'false', UNWRAP_SECRET: 'false' };
const UNPINNED = { VAULT_ADDR: undefined, VAULT_APPROLE: undefined, VAULT_CACERT: undefined };

/** A controller that ends with the test. */
async function started(program: ProgramChoice): Promise<Controller & AsyncDisposable> {
  const controller = await home.controller({}, program);
  const stop = async () => void (await controller.stop());
  return Object.assign(controller, { [Symbol.asyncDispose]: stop });
}
