import { type ControlPlane, startControlPlane } from '../../real/control-plane.ts';
import { type OpenBao, startOpenBao, startOpenBaoPersistent } from '../../real/openbao.ts';
import { provisionKube } from '../../real/provision-kube.ts';
import { type ProvisionedVault, provisionVault } from '../../real/provision-vault.ts';
import { type KubeProxy, startKubeProxy } from './kube-proxy.ts';
import { startVaultProxy, type VaultProxy } from './vault-proxy.ts';

export interface ServerOptions {
  /** AppRoles to make, and namespaces for pods. */
  readonly roles: readonly string[];
  readonly podNamespaces: readonly string[];
  /** Vault speaks https. */
  readonly tls: boolean;
  /** Vault's state outlives a restart. */
  readonly persistent: boolean;
}

/** Real servers, made ready for a controller as the quick start has it, and the proxies before them. */
export interface Servers extends AsyncDisposable, ProvisionedVault {
  readonly plane: ControlPlane;
  readonly vault: OpenBao;
  readonly kubeProxy: KubeProxy;
  readonly vaultProxy: VaultProxy;
  /** The controller's own namespace, service account and Service. */
  readonly home: {
    readonly namespace: string;
    readonly serviceAccount: string;
    readonly service: string;
  };
}

const NAMESPACE = 'kubernetes-vault';

export async function startServers(options: ServerOptions): Promise<Servers> {
  const { roles, podNamespaces, tls, persistent } = options;
  await using undo = new AsyncDisposableStack();
  const started = [
    startControlPlane(),
    persistent ? startOpenBaoPersistent({ tls }) : startOpenBao({ tls }),
  ] as const;
  // If one cannot be started, the other is to be ended all the same.
  for (const server of await Promise.allSettled(started)) {
    if (server.status === 'fulfilled') undo.use(server.value);
  }
  const [plane, vault] = await Promise.all(started);
  const namespace = NAMESPACE;
  const [names, provisioned, kubeProxy, vaultProxy] = await Promise.all([
    provisionKube(plane, { namespace, podNamespaces }),
    provisionVault(vault, { roles }),
    startKubeProxy(plane),
    startVaultProxy(vault.addr, vault.caPem),
  ]);
  undo.use(kubeProxy);
  undo.use(vaultProxy);
  const kept = undo.move();
  return {
    plane,
    vault,
    kubeProxy,
    vaultProxy,
    home: { namespace, ...names },
    ...provisioned,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
