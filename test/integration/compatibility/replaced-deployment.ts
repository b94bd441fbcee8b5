import { version } from '../../../src/base/version.ts';
import type { Program } from '../../support/program.ts';
import { type GoController, startGoController } from './go-controller.ts';
import { isReady, type OldInstallation } from './old-installation.ts';

const PATH = '/apis/apps/v1/namespaces/default/deployments/kubernetes-vault';
const PODS = '/api/v1/namespaces/default/pods';
const LABEL = 'run=kubernetes-vault';

interface Deployment {
  readonly metadata: { readonly generation: number };
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly metadata: object;
      readonly spec: { readonly containers: readonly [{ readonly image: string }] };
    };
  };
}

type Controller =
  | { readonly kind: 'original'; readonly controller: GoController }
  | { readonly kind: 'ours'; readonly controller: Program };

/** The controllers of the Deployment of an original installation, of whose pods one leads. */
export interface ReplacedDeployment extends AsyncDisposable {
  /** Whose controllers run, if any do. */
  readonly runs: Controller['kind'] | undefined;
  /** Those that have run so far, in their order. */
  readonly all: readonly Controller[];
  /** Does what the Deployment says by now, as Kubernetes and the nodes do. */
  follow(): Promise<void>;
}

/** Plays who makes pods of the Deployment, and the nodes that they run on. */
export function replacedDeployment(home: OldInstallation): ReplacedDeployment {
  const all: Controller[] = [];
  let running: Controller | undefined;
  const end = async () => {
    const ended = running;
    running = undefined;
    if (ended !== undefined) await stop(ended);
    const pods = `${PODS}?labelSelector=${LABEL}`;
    await home.plane.request('DELETE', pods, { gracePeriodSeconds: 0 });
  };
  const begin = async (deployment: Deployment) => {
    await createPods(home, deployment);
    running = await started(home, deployment.spec.template.spec.containers[0].image);
    all.push(running);
  };
  return {
    all,
    get runs() {
      return running?.kind;
    },
    async follow() {
      const deployment = await home.plane.request<Deployment>('GET', PATH);
      const isWanted = deployment.spec.replicas > 0;
      if (!isWanted) await end();
      else if (running === undefined) await begin(deployment);
      await report(home, deployment);
    },
    async [Symbol.asyncDispose]() {
      if (running !== undefined) await stop(running);
    },
  };
}

async function stop(one: Controller): Promise<void> {
  if (one.kind === 'original') return await one.controller.stop();
  one.controller.signal('SIGTERM');
  await one.controller.ended;
}

async function createPods({ plane }: OldInstallation, { spec }: Deployment): Promise<void> {
  const { metadata, spec: pod } = spec.template;
  for (let index = 0; index < spec.replicas; index++) {
    const name = `kubernetes-vault-${index}`;
    const body = { metadata: { ...metadata, name }, spec: { ...pod, nodeName: 'node-1' } };
    await plane.request('POST', PODS, body);
  }
}

async function started(home: OldInstallation, image: string): Promise<Controller> {
  const { plane, vault, oldVault } = home;
  if (image !== `kubernetes-vault:${version()}`) {
    const controller = startGoController({ plane, vault, token: oldVault.token });
    return { kind: 'original', controller };
  }
  const controller = await home.start();
  await isReady(home);
  return { kind: 'ours', controller };
}

async function report({ plane }: OldInstallation, { metadata, spec }: Deployment): Promise<void> {
  const { replicas } = spec;
  const all = { replicas, updatedReplicas: replicas, readyReplicas: replicas };
  const status = { ...all, availableReplicas: replicas, observedGeneration: metadata.generation };
  await plane.request('PATCH', `${PATH}/status`, { status });
}
