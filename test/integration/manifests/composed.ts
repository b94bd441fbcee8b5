import { realpathSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../support/chart/rendered-chart.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';
import { DEPLOY, kubectl } from './kubectl.ts';

/** The base with a component of deploy/, as an overlay of somebody's own has it, with a configuration where one is given. */
export async function composed(component: string, config?: string): Promise<KubeObject[]> {
  const folder = new ScratchFolder('composed');
  const from = (name: string) => relative(realpathSync(folder.path), join(DEPLOY, name));
  const generator = {
    name: 'kubernetes-vault-config',
    namespace: 'kubernetes-vault',
    behavior: 'replace',
    files: ['kubernetes-vault.yml'],
  };
  const overlay = {
    resources: [from('base')],
    components: [from(component)],
    configMapGenerator: config === undefined ? [] : [generator],
  };
  writeFileSync(folder.file('kubernetes-vault.yml'), config ?? '');
  writeFileSync(folder.file('kustomization.yaml'), JSON.stringify(overlay));
  const { stdout } = await kubectl(['kustomize', folder.path], {});
  folder.remove();
  return parseAllDocuments(stdout).map((document) => document.toJS() as KubeObject);
}
