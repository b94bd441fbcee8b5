import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { parseAllDocuments, stringify } from 'yaml';
import { CHART, helmSucceeds } from '../../support/chart/helm.ts';
import { theOnly } from '../../support/chart/rendered-chart.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';

const parent = new ScratchFolder('parent-chart');
mkdirSync(parent.file('charts'));
cpSync(CHART, parent.file('charts/kubernetes-vault'), { recursive: true });
const condition = 'kubernetes-vault.enabled';
const dependencies = [{ name: 'kubernetes-vault', version: '>=0-0', condition }];
const about = { apiVersion: 'v2', name: 'platform', version: '1.0.0', dependencies };
writeFileSync(parent.file('Chart.yaml'), stringify(about));

after(() => parent.remove());

async function rendered(enabled: boolean): Promise<string> {
  const values = {
    global: { imageRegistry: 'registry.example', storageClass: 'of another subchart' },
    'kubernetes-vault': {
      enabled,
      vault: { addr: 'https://vault.vault:8200', auth: { kubernetes: { role: 'controller' } } },
      watchNamespace: 'shop',
    },
  };
  writeFileSync(parent.file('values.yaml'), stringify(values));
  return await helmSucceeds('template', 'platform', parent.path);
}

test('as a subchart it shares the registry of images, and a condition can leave it out', async () => {
  const objects = parseAllDocuments(await rendered(true)).map((document) => document.toJS());
  const { spec } = theOnly('Deployment', objects).spec.template;
  assert.match(spec.containers[0].image, /^registry\.example\/kubernetes-vault:/);
  assert.equal((await rendered(false)).trim(), '');
});
