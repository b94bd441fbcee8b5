import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { helmOn, makeNamespaces } from '../../support/chart/chart-cluster.ts';
import { configOf, type KubeObject, renderedObjects } from '../../support/chart/rendered-chart.ts';
import { examined } from '../../support/installation/doctor.ts';
import { type Installation, startInstallation } from '../../support/installation/installation.ts';
import { provisionVault } from '../../support/real/provision-vault.ts';

const INSTALLED = 'kv-kubernetes-vault';
const RULES = [{ approles: ['web'], namespaces: ['shop'] }];
const VALUES = ['--set-json', `authorization.rules=${JSON.stringify(RULES)}`];

let home: Installation;
let config: { readonly kubernetes: KubeObject; readonly authorization: KubeObject };

/** The chart's rights and configuration, but for addresses, ports and files of this machine. */
before(async () => {
  const { kubernetes, authorization } = configOf(await renderedObjects('token', ...VALUES));
  config = { kubernetes, authorization };
  home = await startInstallation({
    prepare: async (plane, vault) => {
      await makeNamespaces(plane, {});
      await helmOn(plane).install('token', ...VALUES);
      const provisioned = await provisionVault(vault, { roles: ['web'] });
      return { serviceAccount: INSTALLED, service: INSTALLED, ...provisioned };
    },
  });
});

after(() => home[Symbol.asyncDispose]());

test('what the chart installs is enough for the controllers: the doctor finds nothing that has failed', async () => {
  const { code, findings } = await examined(home, { config });
  assert.deepEqual(
    findings.filter((finding) => finding.startsWith('failed')),
    [],
  );
  assert.equal(code, 0);
  assert.ok(findings.some((finding) => /^ok kubernetes.rights watch pods/.test(finding)));
});

test('S9 a pod is served by a controller with the rights and the configuration of the chart, and one that no rule allows is not', async () => {
  const controller = await home.controller(config);
  await (await home.pod()).served();
  await home.pod({ role: 'billing', environment: { TIMEOUT: '5s' } });
  await controller.says({ msg: /no authorization rule lets this pod have the role "billing"/ });
});
