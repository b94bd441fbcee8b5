import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { NAMESPACES } from '../quick-start/plan/names.ts';
import { readyApps, servedEach, tokensWork } from './support/apps.ts';
import { CONTROLLERS, readyControllers } from './support/controllers.ts';
import { diagnosed } from './support/diagnostics.ts';
import { kubectl } from './support/kubectl.ts';
import { nothingLeft, objectsOfCluster } from './support/leftovers.ts';
import { askForMetrics } from './support/metrics.ts';
import { podSecurityOf } from './support/pod-security.ts';
import { quickStart } from './support/quick-start.ts';
import { vaultCli } from './support/vault-cli.ts';

let cluster: readonly string[];

before(async () => {
  cluster = await objectsOfCluster();
});
after(() => quickStart('down', 'secured'));

test(
  'S32 with a Vault that an external CA vouches for, five pods get tokens that work',
  diagnosed(async () => {
    await quickStart('up', 'secured');
    const pods = await readyApps(5);
    await servedEach(pods);
    await tokensWork(pods);
  }),
);

test(
  'all of it runs under Pod Security `restricted`',
  diagnosed(async () => {
    assert.deepEqual(await podSecurityOf(...NAMESPACES), ['restricted']);
  }),
);

test(
  'no token of Vault lies in a Secret',
  diagnosed(async () => {
    const secrets = await kubectl('get', 'secrets', `--namespace=${CONTROLLERS}`, '--output=name');
    assert.equal(secrets.trim(), '');
  }),
);

test(
  'S34 the metrics are shown to who has a certificate of Vault’s, and to nobody else',
  diagnosed(async () => {
    const [controller] = await readyControllers(3);
    assert.ok(controller);
    const issued = await vaultCli(
      'write',
      '-format=json',
      'intermediate-ca/issue/prometheus',
      'common_name=prometheus',
      'ttl=1h',
    );
    const { certificate, private_key: key } = JSON.parse(issued).data;
    const ca = await vaultCli('read', '-field=certificate', 'root-ca/cert/ca');
    const allowed = await askForMetrics(controller, { ca, certificate, key });
    assert.match(allowed, /^200 .*kubernetesvault_/s);
    const refused = await askForMetrics(controller, { ca });
    assert.match(refused, /^error .*(certificate required|handshake|alert)/is);
  }),
);

test(
  'it leaves nothing behind',
  diagnosed(async () => {
    await quickStart('down', 'secured');
    await nothingLeft(cluster);
  }),
);
