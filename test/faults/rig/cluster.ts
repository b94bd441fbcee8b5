import { createNetwork, type Network, SERVERS } from '../../support/network/network.ts';
import { type ControlPlane, startControlPlane } from '../../support/real/control-plane.ts';
import { type OpenBao, startOpenBaoPersistent } from '../../support/real/openbao.ts';
import { provisionKube } from '../../support/real/provision-kube.ts';
import { provisionVault } from '../../support/real/provision-vault.ts';

export const HOME = 'kubernetes-vault';
export const POD_NAMESPACE = 'shop';
export const ROLE = 'web';

/** Real servers on a network of machines, ready for controllers as the quick start has it. */
export interface Cluster extends AsyncDisposable {
  readonly network: Network;
  readonly plane: ControlPlane;
  readonly vault: OpenBao;
  readonly token: string;
  readonly roleId: string;
  readonly service: string;
  readonly serviceAccount: string;
}

/** Everything ends with it; what is left anyhow ends with the namespaces of tools/in-own-network. */
export async function startCluster(): Promise<Cluster> {
  const network = await createNetwork();
  await using undo = new AsyncDisposableStack();
  const [plane, vault] = await Promise.all([
    startControlPlane({ address: SERVERS.kube, auditLeasesOf: HOME }),
    startOpenBaoPersistent({ address: SERVERS.vault, audit: true }),
  ]);
  undo.use(plane);
  undo.use(vault);
  const [installed, { token, roleIds }] = await Promise.all([
    provisionKube(plane, { namespace: HOME, podNamespaces: [POD_NAMESPACE] }),
    provisionVault(vault, { roles: [ROLE] }),
  ]);
  const kept = undo.move();
  return {
    network,
    plane,
    vault,
    token,
    roleId: roleIds.get(ROLE) ?? '',
    ...installed,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
