import { writeFileSync } from 'node:fs';
import { configText } from '../test/support/installation/config.ts';
import { Controller } from '../test/support/installation/controller.ts';
import { freePort } from '../test/support/real/process/free-port.ts';
import type { Cluster } from './cluster.ts';

/** Starts the controller, the program that `make build` made, and waits until it watches the pods. */
export async function startController(
  cluster: Cluster,
  scope: { readonly namespaces: readonly string[]; readonly roles: readonly string[] },
  file: (name: string) => string,
): Promise<Controller> {
  const config = file('kubernetes-vault.yml');
  const ports = { metrics: await freePort(), health: await freePort(), peer: await freePort() };
  const text = configText({
    vaultAddr: cluster.vaultAddr,
    vaultCaFile: cluster.vaultCaFile,
    token: cluster.vaultToken,
    home: cluster.home,
    podNamespaces: scope.namespaces,
    roles: scope.roles,
    ports,
    raftDir: file('raft'),
  });
  writeFileSync(config, text, { mode: 0o600 });
  const controller = new Controller(cluster.controllerEnvironment, config);
  try {
    return await controller.watches();
  } catch (cause) {
    const lastWords = controller.printed.trimEnd().split('\n').slice(-5).join('\n');
    throw new Error(`the controller does not watch the pods:\n${lastWords}`, { cause });
  }
}
