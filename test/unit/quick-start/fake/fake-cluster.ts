import { parseAllDocuments, stringify } from 'yaml';
import type { Kind } from '../../../../quick-start/plan/names.ts';
import type { Answer, Kubectl } from '../../../../quick-start/run/command.ts';
import { type FakeObject, FakeObjects, selectionOf } from './fake-objects.ts';
import type { FakeVault } from './fake-vault.ts';
import { FakeWorkloads } from './fake-workloads.ts';

/** A whole cluster behind kubectl, as far as the plans see it: everything is done at once. */
export class FakeCluster implements Kubectl {
  readonly objects = new FakeObjects();
  readonly workloads = new FakeWorkloads(this.objects);
  readonly calls: string[] = [];

  get vault(): FakeVault | undefined {
    return this.workloads.vaults.get('deploy/vault');
  }

  async run(args: readonly string[], input = ''): Promise<Answer> {
    this.calls.push(args.join(' '));
    this.objects.tick();
    const answer = await this.#answer(args, input);
    this.workloads.settle();
    return answer;
  }

  async #answer([verb = '', ...words]: readonly string[], input: string): Promise<Answer> {
    switch (verb) {
      case 'kustomize':
        return output(
          rendered(words[0]?.includes('secured') ? 'secured' : 'plain', words[0] ?? ''),
        );
      case 'apply':
      case 'create':
        for (const object of objectsIn(input)) this.objects.put(object);
        return output('');
      case 'delete':
        for (const object of this.objects.find(selectionOf(words))) this.objects.remove(object);
        return output('');
      case 'get':
        return this.#get(words);
      case 'exec':
        return this.#exec(words, input);
      case 'logs':
        return output(this.workloads.logs());
      case 'rollout':
        this.workloads.restart(words.at(-1)?.split('/')[1] ?? '');
        return output('');
      default:
        throw new Error(`no such command here: ${verb}`);
    }
  }

  #get(words: readonly string[]): Answer {
    const items = this.objects.find(selectionOf(words));
    const path = words.find((word) => word.startsWith('jsonpath='));
    if (path === undefined) {
      const isOne = ['pod', 'lease'].includes(words[0] ?? '');
      return output(
        items.length === 0 && words.includes('--ignore-not-found')
          ? ''
          : JSON.stringify(isOne ? items[0] : { items }),
      );
    }
    const [object] = items;
    if (path.includes('creationTimestamp')) return output(object?.metadata.creationTimestamp ?? '');
    const key = /\.data\.(.*)}/.exec(path)?.[1]?.replaceAll('\\', '') ?? '';
    return output(object?.data?.[key] ?? '');
  }

  async #exec(words: readonly string[], input: string): Promise<Answer> {
    const end = words.indexOf('--');
    const vault = this.workloads.vaults.get(words[end - 1] ?? '');
    if (vault === undefined)
      return { code: 1, stdout: '', stderr: 'error: pods "vault" not found' };
    return vault.run(words.slice(end + 2), input);
  }
}

function output(stdout: string): Answer {
  return { code: 0, stdout, stderr: '' };
}

function objectsIn(input: string): readonly FakeObject[] {
  const found = parseAllDocuments(input).map((document) => document.toJS());
  return found.flatMap((one) => (one.kind === 'List' ? one.items : [one]));
}

/** The manifests, with what the plan looks at. */
function rendered(kind: Kind, folder: string): string {
  const namespace = (name: string) => ({ kind: 'Namespace', metadata: { name } });
  const deployment = (name: string, where: string, replicas: number) => ({
    kind: 'Deployment',
    metadata: { labels: { app: name }, name, namespace: where },
    spec: { replicas, template: { spec: { containers: [{ command: ['bao', 'server'] }] } } },
  });
  const vault = [namespace('vault'), deployment('vault', 'vault', 1)];
  const wide = ['ClusterRole', 'ClusterRoleBinding'].map((one) => ({
    kind: one,
    metadata: { labels: { app: 'vault' }, name: 'vault-token-review' },
  }));
  const rest = [
    namespace('kubernetes-vault'),
    namespace('sample-app'),
    deployment('kubernetes-vault', 'kubernetes-vault', 3),
    deployment('sample-app', 'sample-app', 5),
  ];
  const isVaultAlone = /vault$/.test(folder);
  const objects = [...vault, ...(isVaultAlone ? [] : rest), ...(kind === 'secured' ? wide : [])];
  return objects.map((object) => stringify(object)).join('---\n');
}
