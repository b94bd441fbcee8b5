/**
 * Starts pods on the node of the end-to-end tests' cluster, where the quick start's controllers give
 * them credentials: `on-node.ts` starts it there.
 */
import { readFileSync } from 'node:fs';
import { API_SERVER, files } from '../../e2e/cluster/layout.ts';
import { APPS } from '../../e2e/support/apps.ts';
import { eventually } from '../../e2e/support/eventually.ts';
import { kubectl, kubectlJson } from '../../e2e/support/kubectl.ts';
import { quickStart } from '../../e2e/support/quick-start.ts';
import { scale } from '../../e2e/support/users.ts';
import type { ApiAccess } from '../rig/api.ts';
import { serveParent } from '../rig/serve-parent.ts';
import type { Template } from './pod-kinds.ts';
import { followRuntime } from './runtime-events.ts';
import { runWave, type WaveOrder, type WaveResult } from './wave.ts';

await serveParent<WaveOrder, WaveResult>(async () => {
  await quickStart('up');
  await scale(APPS, 'deployment/sample-app', 0);
  await eventually('its app is gone', async () => (await podsLeft()) === '');
  const runtime = followRuntime();
  let made = 0;
  const ground = {
    access: administrator(),
    template: await sampleApp(),
    runtime,
    nextName() {
      made += 1;
      return `bench-${made}`;
    },
  };
  return {
    versions: await versions(),
    answer: (order) => runWave(ground, order),
    [Symbol.asyncDispose]: async () => runtime[Symbol.dispose](),
  };
});

function podsLeft(): Promise<string> {
  return kubectl('get', 'pods', `--namespace=${APPS}`, '--output=name');
}

function administrator(): ApiAccess {
  interface Kubeconfig {
    readonly users: readonly [{ readonly user: { readonly token: string } }];
  }
  const { users }: Kubeconfig = JSON.parse(readFileSync(files.adminKubeconfig(), 'utf8'));
  const ca = readFileSync(files.pki('ca.crt'), 'utf8');
  return { url: API_SERVER, ca, token: users[0].user.token };
}

async function sampleApp(): Promise<Template> {
  interface Deployment {
    readonly spec: { readonly template: Template };
  }
  const which = [`--namespace=${APPS}`, 'deployment', 'sample-app'];
  return (await kubectlJson<Deployment>('get', ...which)).spec.template;
}

async function versions() {
  interface Nodes {
    readonly items: readonly [
      {
        readonly status: {
          readonly nodeInfo: {
            readonly kubeletVersion: string;
            readonly containerRuntimeVersion: string;
          };
        };
      },
    ];
  }
  const { items } = await kubectlJson<Nodes>('get', 'nodes');
  const { kubeletVersion, containerRuntimeVersion } = items[0].status.nodeInfo;
  return [
    ['kubelet', kubeletVersion],
    ['container runtime', containerRuntimeVersion],
  ] as const;
}
