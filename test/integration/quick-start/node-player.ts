import { createHash } from 'node:crypto';
import { RequestFailed } from '../../support/real/admin-client.ts';
import type { ControlPlane } from '../../support/real/control-plane.ts';
import { deliver, isGood } from './delivery.ts';
import { DevVault } from './dev-vault.ts';

interface Template {
  readonly metadata: object;
  readonly spec: {
    readonly initContainers?: readonly {
      readonly env: readonly { name: string; value: string }[];
    }[];
    readonly containers: readonly { readonly name: string; readonly image: string }[];
  };
}

interface Deployment {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly generation: number;
  };
  readonly spec: { readonly replicas: number; readonly template: Template };
}

interface Namespace {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
}

type Items<T> = { readonly items: readonly T[] };

const EMPTIED = [
  'api/v1:pods,secrets,configmaps,services,serviceaccounts',
  'apis/apps/v1:deployments',
  'apis/rbac.authorization.k8s.io/v1:roles,rolebindings',
  'apis/networking.k8s.io/v1:networkpolicies',
  'apis/policy/v1:poddisruptionbudgets',
];

/**
 * Plays the controller manager and the nodes of a cluster that has but a real API server: pods come
 * to be by their Deployments' templates (so Pod Security judges them), Vault's are real servers in
 * development mode, and the apps' get their tokens as the controllers would get them.
 */
export class NodePlayer implements AsyncDisposable {
  readonly #plane: ControlPlane;
  readonly #servers = new Map<string, DevVault>();
  /** By namespace and Deployment: the template that its pods were made of, and what they read. */
  readonly #made = new Map<string, { template: string; token: string }>();
  /** By pod of the sample app. */
  readonly accessors = new Map<string, string>();

  constructor(plane: ControlPlane) {
    this.#plane = plane;
  }

  /** The server in a pod: `deploy/vault`, or the pod `external-ca`. */
  server(pod: string): DevVault | undefined {
    return this.#servers.get(pod);
  }

  /** Vault's container restarts: its memory is gone. */
  async restartVault(): Promise<void> {
    await this.#endServer('deploy/vault');
    await this.#startServer('deploy/vault');
  }

  /** Brings about what the cluster's own programs would by now. */
  async settle(): Promise<void> {
    const { items } = await this.#get<Items<Namespace>>('/api/v1/namespaces');
    for (const { metadata } of items) {
      if (metadata.deletionTimestamp !== undefined) await this.#empty(metadata.name);
    }
    await this.#playExternalCa();
    const found = await this.#get<Items<Deployment>>('/apis/apps/v1/deployments');
    const names = found.items.map(({ metadata }) => metadata.name);
    if (!names.includes('vault')) await this.#endServer('deploy/vault');
    for (const name of ['vault', 'kubernetes-vault', 'sample-app']) {
      const deployment = found.items.find(({ metadata }) => metadata.name === name);
      if (deployment) await this.#play(deployment);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pod of [...this.#servers.keys()]) await this.#endServer(pod);
  }

  async #play(deployment: Deployment): Promise<void> {
    const { name, namespace, generation } = deployment.metadata;
    const template = createHash('sha256')
      .update(JSON.stringify(deployment.spec.template))
      .digest('hex');
    const key = `${namespace}/${name}`;
    if (this.#made.get(key)?.template !== template) {
      this.#made.set(key, { template, token: await this.#controllersToken() });
      await this.#makePods(deployment);
    }
    const ready = (await this.#isReady(deployment)) ? deployment.spec.replicas : 0;
    const { replicas } = deployment.spec;
    const counts = {
      replicas,
      updatedReplicas: replicas,
      readyReplicas: ready,
      availableReplicas: ready,
    };
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/status`;
    await this.#plane.request('PATCH', path, {
      status: { observedGeneration: generation, ...counts },
    });
  }

  async #isReady({ metadata: { name } }: Deployment): Promise<boolean> {
    const vault = this.#servers.get('deploy/vault');
    if (name !== 'kubernetes-vault') return vault !== undefined;
    const token = this.#made.get('kubernetes-vault/kubernetes-vault')?.token ?? '';
    return vault !== undefined && (token === '' || (await isGood(vault, token)));
  }

  async #makePods({ metadata, spec }: Deployment): Promise<void> {
    const { name, namespace } = metadata;
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    await this.#plane.request('DELETE', `${pods}?labelSelector=app%3D${name}`);
    if (name === 'vault') await this.restartVault();
    for (let one = 0; one < spec.replicas; one++) {
      const pod = `${name}-${crypto.randomUUID().slice(0, 5)}`;
      const { metadata: labels, spec: podSpec } = spec.template;
      const body = { metadata: { ...labels, name: pod, namespace }, spec: podSpec };
      await this.#plane.request('POST', pods, body);
      await this.#run(pods, pod, podSpec.containers);
      if (name === 'sample-app') await this.#deliverTo(pod, spec.template);
    }
  }

  async #run(pods: string, pod: string, containers: Template['spec']['containers']): Promise<void> {
    const containerStatuses = containers.map(({ name, image }) => ({
      name,
      image,
      imageID: image,
      ready: true,
      restartCount: 0,
      state: { running: {} },
    }));
    const status = {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses,
    };
    await this.#plane.request('PATCH', `${pods}/${pod}/status`, { status });
  }

  async #deliverTo(pod: string, { spec }: Template): Promise<void> {
    const vault = this.#servers.get('deploy/vault');
    const roleId = spec.initContainers?.[0]?.env.find(
      ({ name }) => name === 'VAULT_ROLE_ID',
    )?.value;
    if (vault === undefined || roleId === undefined) throw new Error(`nobody can serve ${pod}`);
    const mounted = this.#made.get('kubernetes-vault/kubernetes-vault')?.token ?? '';
    const token = mounted === '' ? await loggedIn(vault) : mounted;
    this.accessors.set(pod, await deliver(vault, token, roleId));
  }

  /** Empty where the controllers log in by themselves. */
  async #controllersToken(): Promise<string> {
    const path = '/api/v1/namespaces/kubernetes-vault/secrets/kubernetes-vault-token';
    try {
      const { data } = await this.#get<{ data: { token: string } }>(path);
      return Buffer.from(data.token, 'base64').toString();
    } catch (error) {
      if (error instanceof RequestFailed && error.status === 404) return '';
      throw error;
    }
  }

  async #playExternalCa(): Promise<void> {
    const pods = '/api/v1/namespaces/vault/pods';
    const found = await this.#get<Items<{ spec: Template['spec'] }>>(
      `${pods}?labelSelector=app%3Dexternal-ca`,
    );
    const [pod] = found.items;
    if (pod === undefined) return this.#endServer('external-ca');
    if (this.#servers.has('external-ca')) return;
    await this.#startServer('external-ca');
    await this.#run(pods, 'external-ca', pod.spec.containers);
  }

  async #startServer(pod: string): Promise<void> {
    this.#servers.set(pod, await DevVault.start());
  }

  async #endServer(pod: string): Promise<void> {
    const server = this.#servers.get(pod);
    this.#servers.delete(pod);
    await server?.[Symbol.asyncDispose]();
  }

  /** What a namespace that is being deleted waits for. */
  async #empty(namespace: string): Promise<void> {
    for (const group of EMPTIED) {
      const [api, kinds = ''] = group.split(':');
      for (const kind of kinds.split(',')) {
        await this.#plane.request('DELETE', `/${api}/namespaces/${namespace}/${kind}`);
      }
    }
    for (const key of [...this.#made.keys()])
      if (key.startsWith(`${namespace}/`)) this.#made.delete(key);
    const path = `/api/v1/namespaces/${namespace}/finalize`;
    const body = { metadata: { name: namespace }, spec: { finalizers: [] } };
    await this.#plane.request('PUT', path, body);
  }

  #get<T>(path: string): Promise<T> {
    return this.#plane.request<T>('GET', path);
  }
}

/** What the login role would give; the login itself takes Vault in the cluster. */
async function loggedIn(vault: DevVault): Promise<string> {
  const args = ['token', 'create', '-policy=kubernetes-vault', '-field=token'];
  return (await vault.exec(args)).stdout;
}
