import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { APPS, readyApps, servedEach, tokensWork } from './support/apps.ts';
import { CONTROLLERS, leader, readyControllers } from './support/controllers.ts';
import { diagnosed, diagnosedHook } from './support/diagnostics.ts';
import { eventually } from './support/eventually.ts';
import { applyObjects, kubectl } from './support/kubectl.ts';
import { nothingLeft, objectsOfCluster } from './support/leftovers.ts';
import { podSecurityOf } from './support/pod-security.ts';
import { quickStart } from './support/quick-start.ts';
import { deleteNamespaces, restart } from './support/users.ts';
import { vaultCli } from './support/vault-cli.ts';

const ROOT = join(import.meta.dirname, '..');
const CHART = join(ROOT, 'deploy', 'helm', 'kubernetes-vault');
const VALUES = join(ROOT, 'e2e', 'values', 'quick-start.yaml');
const RELEASE = 'kubernetes-vault';
const SELECTOR = 'app.kubernetes.io/name=kubernetes-vault';

let cluster: readonly string[];

/** The chart's controllers take the place of the quick start's. */
before(
  diagnosedHook(async () => {
    cluster = await objectsOfCluster();
    await quickStart('up');
    await kubectl('delete', '--kustomize', join(ROOT, 'deploy', 'base'), '--ignore-not-found');
    const rights = ['role,rolebinding', 'kubernetes-vault-pods', `--namespace=${APPS}`];
    await kubectl('delete', ...rights);
    const token = await vaultCli('token', 'create', '-role=kubernetes-vault', '-field=token');
    const labels = {
      // What the quick start knows its own by: it removes all that this leaves.
      'kubernetes-vault-quick-start': 'plain',
      'pod-security.kubernetes.io/enforce': 'restricted',
    };
    await applyObjects(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: CONTROLLERS, labels } },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'kubernetes-vault-token', namespace: CONTROLLERS },
        stringData: { token: token.trim() },
      },
    );
  }),
);
after(() => quickStart('down'));

test(
  'the chart installs controllers that serve, under Pod Security `restricted`',
  diagnosed(async () => {
    assert.deepEqual(await podSecurityOf(CONTROLLERS), ['restricted']);
    await helm('install', RELEASE, CHART, ...options());
    await readyControllers(3, SELECTOR);
    await newPodsAreServed();
  }),
);

test(
  'its own test passes',
  diagnosed(async () => {
    await helm('test', RELEASE, `--namespace=${CONTROLLERS}`);
  }),
);

test(
  'an upgrade changes the configuration without a pause, and a rollback takes it back',
  diagnosed(async () => {
    const before = await argumentsOf();
    await helm('upgrade', RELEASE, CHART, ...options(), '--set=logLevel=debug');
    assert.notEqual(await argumentsOf(), before);
    await newPodsAreServed();
    await helm('rollback', RELEASE, '1', `--namespace=${CONTROLLERS}`, '--wait', '--timeout=3m');
    assert.equal(await argumentsOf(), before);
    await readyControllers(3, SELECTOR);
    await newPodsAreServed();
  }),
);

test(
  'to uninstall it leaves nothing of it',
  diagnosed(async () => {
    await helm('uninstall', RELEASE, `--namespace=${CONTROLLERS}`, '--wait', '--timeout=3m');
    await eventually('its objects are gone', async () => {
      const kinds = 'all,configmaps,roles,rolebindings,networkpolicies,poddisruptionbudgets';
      const names = await kubectl('get', kinds, `--namespace=${CONTROLLERS}`, '--output=name');
      const left = names
        .trim()
        .split('\n')
        .filter((name) => name !== '' && !name.includes('kube-root-ca'));
      return left.length === 0;
    });
    await deleteNamespaces(CONTROLLERS);
    await quickStart('down');
    await nothingLeft(cluster);
  }),
);

async function newPodsAreServed(): Promise<void> {
  await leader(SELECTOR);
  await restart(APPS, 'deployment/sample-app');
  const pods = await readyApps(5);
  await servedEach(pods);
  await tokensWork(pods);
}

function argumentsOf(): Promise<string> {
  const what = '--output=jsonpath={.items[*].spec.template.spec.containers[0].args}';
  return kubectl('get', 'deployments', `--namespace=${CONTROLLERS}`, what);
}

function options(): string[] {
  const prefix = process.env['E2E_IMAGE_PREFIX'];
  const registry = prefix ? [`--set=global.imageRegistry=${prefix}`] : [];
  return [
    `--namespace=${CONTROLLERS}`,
    `--values=${VALUES}`,
    '--wait',
    '--timeout=3m',
    ...registry,
  ];
}

/** Runs helm as a user does: on PATH, for the cluster of KUBECONFIG. */
async function helm(...args: readonly string[]): Promise<string> {
  const child = spawn('helm', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const [output, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code === 0) return output;
  throw new Error(`helm ${args.join(' ')} ended with ${code}: ${said}${output}`);
}
