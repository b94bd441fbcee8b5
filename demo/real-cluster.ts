import { startServers } from '../test/support/installation/servers/servers.ts';
import { ScratchFolder } from '../test/support/real/scratch-folder.ts';
import { type Cluster, controllerEnvironment } from './cluster.ts';

/** OpenBao, and kube-apiserver with etcd, in processes of their own. */
export async function realCluster(
  roles: readonly string[],
  namespaces: readonly string[],
): Promise<Cluster> {
  const folder = new ScratchFolder('demo-cluster');
  const options = { roles, podNamespaces: namespaces, tls: true, persistent: false };
  const servers = await startServers(options);
  const { plane, vault, home } = servers;
  const serviceAccountDir = folder.file('service-account');
  await plane.writeServiceAccountDir(home.namespace, home.serviceAccount, serviceAccountDir);
  const { address: host, port } = plane;
  return {
    title: 'kube-apiserver, etcd and OpenBao',
    api: plane,
    vault,
    controllerEnvironment: controllerEnvironment({ host, port, serviceAccountDir }),
    home,
    vaultAddr: vault.addr,
    vaultCaFile: vault.caFile,
    vaultToken: servers.token,
    roleIds: servers.roleIds,
    async [Symbol.asyncDispose]() {
      await servers[Symbol.asyncDispose]();
      folder.remove();
    },
  };
}
