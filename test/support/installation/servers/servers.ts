import {
  type ControlPlane,
  type ControlPlaneOptions,
  startControlPlane,
} from '../../real/control-plane.ts';
import {
  type OpenBao,
  type OpenBaoOptions,
  startOpenBao,
  startOpenBaoPersistent,
} from '../../real/openbao.ts';
import { type Installed, provisionKube } from '../../real/provision-kube.ts';
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
  /** What they write down. */
  readonly audits?: Pick<ControlPlaneOptions, 'auditAccountsOf'> & Pick<OpenBaoOptions, 'audit'>;
  /** Makes them ready, instead of as the quick start's rights and policy do. */
  readonly prepare?: (plane: ControlPlane, vault: OpenBao) => Promise<Installed & ProvisionedVault>;
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
  const { tls, persistent, audits = {}, prepare } = options;
  await using undo = new AsyncDisposableStack();
  const started = [
    startControlPlane(audits),
    persistent ? startOpenBaoPersistent({ tls, ...audits }) : startOpenBao({ tls, ...audits }),
  ] as const;
  // If one cannot be started, the other is to be ended all the same.
  for (const server of await Promise.allSettled(started)) {
    if (server.status === 'fulfilled') undo.use(server.value);
  }
  const [plane, vault] = await Promise.all(started);
  const [{ serviceAccount, service, ...provisioned }, kubeProxy, vaultProxy] = await Promise.all([
    prepare?.(plane, vault) ?? provision(plane, vault, options),
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
    home: { namespace: NAMESPACE, serviceAccount, service },
    ...provisioned,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function provision(
  plane: ControlPlane,
  vault: OpenBao,
  { roles, podNamespaces }: ServerOptions,
): Promise<Installed & ProvisionedVault> {
  const [installed, provisioned] = await Promise.all([
    provisionKube(plane, { namespace: NAMESPACE, podNamespaces }),
    provisionVault(vault, { roles }),
  ]);
  return { ...installed, ...provisioned };
}
