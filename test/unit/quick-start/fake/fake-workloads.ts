import type { FakeObject, FakeObjects } from './fake-objects.ts';
import { FakeVault } from './fake-vault.ts';

/** Plays controller manager, nodes, controllers and init containers. */
export class FakeWorkloads {
  /** By the pod that `exec` names. */
  readonly vaults = new Map<string, FakeVault>();
  readonly #objects: FakeObjects;
  /** The pods of each Deployment are of this round. */
  readonly #rounds = new Map<string, { round: number; token: string }>();
  readonly #wanted = new Map<string, number>();
  readonly #accessors = new Map<string, string>();

  constructor(objects: FakeObjects) {
    this.#objects = objects;
  }

  restart(name: string): void {
    this.#wanted.set(name, (this.#wanted.get(name) ?? 0) + 1);
  }

  /** The container restarts: what it knew is gone. */
  restartVault(): void {
    if (this.vaults.has('deploy/vault')) this.vaults.set('deploy/vault', new FakeVault());
  }

  logs(): string {
    const lines = [...this.#accessors].map(
      ([pod, accessor]) => `[pod/${pod}/sample-app] Accessor:         ${accessor}`,
    );
    return lines.join('\n');
  }

  settle(): void {
    this.#playExternalCa();
    for (const name of ['vault', 'kubernetes-vault', 'sample-app']) {
      const [deployment] = this.#objects
        .all()
        .filter(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
      if (deployment) this.#play(name, deployment);
      else this.#forget(name);
    }
  }

  /** Whether each app has a token that Vault knows. */
  haveLivingTokens(): boolean {
    const known = new Set(this.vaults.get('deploy/vault')?.tokens.values());
    const accessors = [...this.#accessors.values()];
    return accessors.length === 5 && accessors.every((accessor) => known.has(accessor));
  }

  /** Whether the controllers can do their work. */
  canMint(): boolean {
    const vault = this.vaults.get('deploy/vault');
    const token = this.#rounds.get('kubernetes-vault')?.token ?? '';
    const isIn =
      vault?.tokens.has(token) || vault?.data.has('auth/kubernetes/role/kubernetes-vault');
    return isIn === true && vault?.data.has('auth/approle/role/sample-app/role-id') === true;
  }

  #play(name: string, deployment: FakeObject): void {
    const round = this.#wanted.get(name) ?? 0;
    if (this.#rounds.get(name)?.round !== round) {
      this.#rounds.set(name, { round, token: this.#tokenInSecret() });
      this.#makePods(name, deployment);
    }
    const isReady = name !== 'kubernetes-vault' || this.canMint();
    const replicas = Number(deployment.spec?.['replicas']);
    const status = { observedGeneration: 1, replicas, updatedReplicas: replicas };
    const metadata = { ...deployment.metadata, generation: 1 };
    const available = isReady && (name !== 'sample-app' || this.#accessors.size === 5);
    const counts = { ...status, availableReplicas: available ? replicas : 0 };
    this.#objects.put({ ...deployment, metadata, status: counts });
    if (name === 'sample-app' && this.#accessors.size === 0 && this.canMint()) this.#serve();
  }

  #forget(name: string): void {
    this.#rounds.delete(name);
    if (name === 'vault') this.vaults.delete('deploy/vault');
    if (name === 'sample-app') this.#accessors.clear();
  }

  #makePods(name: string, { metadata, spec }: FakeObject): void {
    const { namespace = '' } = metadata;
    const selection = { kinds: ['pod'], names: [], namespace, app: name };
    for (const pod of this.#objects.find(selection)) this.#objects.remove(pod);
    if (name === 'vault') this.vaults.set('deploy/vault', new FakeVault());
    if (name === 'sample-app') this.#accessors.clear();
    for (let one = 0; one < Number(spec?.['replicas']); one++) {
      const pod = `${name}-${crypto.randomUUID()}`;
      const status = { phase: 'Running' };
      this.#objects.put({
        kind: 'Pod',
        metadata: { name: pod, namespace, labels: { app: name } },
        status,
      });
    }
  }

  #serve(): void {
    const selection = { kinds: ['pod'], names: [], namespace: 'sample-app', app: 'sample-app' };
    const vault = this.vaults.get('deploy/vault');
    for (const { metadata } of this.#objects.find(selection)) {
      const token = vault?.newToken() ?? '';
      this.#accessors.set(metadata.name, vault?.tokens.get(token) ?? '');
    }
  }

  #tokenInSecret(): string {
    const [secret] = this.#objects
      .all()
      .filter(
        ({ kind, metadata }) => kind === 'Secret' && metadata.name === 'kubernetes-vault-token',
      );
    return Buffer.from(secret?.data?.['token'] ?? '', 'base64').toString();
  }

  #playExternalCa(): void {
    const selection = {
      kinds: ['pod'],
      names: ['external-ca'],
      namespace: 'vault',
      app: undefined,
    };
    const [pod] = this.#objects.find(selection);
    if (pod === undefined) this.vaults.delete('external-ca');
    else if (!this.vaults.has('external-ca')) {
      this.vaults.set('external-ca', new FakeVault());
      const conditions = [{ type: 'Ready', status: 'True' }];
      this.#objects.put({ ...pod, status: { phase: 'Running', conditions } });
    }
  }
}
