import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { POD_NAMESPACE, POD_ROLE } from '../rig/names.ts';
import { type Program, startProgram } from '../rig/program.ts';
import type { ControllerEnvironment, InitEnvironment, Subject } from './subject.ts';

const controllerProgram = built('kubernetes-vault');
const initProgram = built('kubernetes-vault-init');
/** The programs are executed, not given to a Node: their first lines say how they want to be run. */
const PINNED_NODE = { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };

/**
 * The project's own programs, as they were built.
 * @throws when they were not
 */
export function ourSubject(): Subject {
  for (const file of [controllerProgram, initProgram]) {
    if (!existsSync(file)) throw new Error(`${file} is missing: run 'npm run build' first`);
  }
  return { name: 'kubernetes-vault', role: 'ours', startController, startInit };
}

async function startController(environment: ControllerEnvironment): Promise<Program> {
  const { folder, kube, serviceAccountFolder, pod } = environment;
  const config = join(folder, 'kubernetes-vault.yml');
  writeFileSync(config, stringify(configuration(environment)), { mode: 0o600 });
  const own = [controllerProgram, '--config', config, '--log-level', 'info'];
  const [command = '', ...args] = [...(pod?.enter ?? []), ...own];
  return startProgram({
    name: pod?.name ?? 'the controller',
    command,
    args,
    env: {
      ...PINNED_NODE,
      KUBERNETES_SERVICE_HOST: kube.host,
      KUBERNETES_SERVICE_PORT: String(kube.port),
      KUBERNETES_VAULT_SERVICE_ACCOUNT_DIR: serviceAccountFolder,
      KUBERNETES_VAULT_ALLOW_LOOPBACK_PODS: 'true',
      ...(pod === undefined ? {} : { HOSTNAME: pod.name, POD_IP: pod.ip }),
    },
    log: join(folder, 'controller.log'),
  });
}

/**
 * As the quick start has it, but that it watches the cluster by a pattern, as the floor does, and
 * that ports and folders are such as the machine does not use.
 */
function configuration({ vault, home, ports, folder, pod, raft }: ControllerEnvironment): object {
  return {
    raftDir: raft?.raftDir ?? join(folder, 'raft'),
    ...(raft === undefined ? {} : { election: 'raft', cluster: { keyFile: raft.keyFile } }),
    vault,
    kubernetes: {
      watchNamespace: `~^${POD_NAMESPACE}$`,
      serviceNamespace: home.namespace,
      service: home.service,
    },
    authorization: { rules: [{ approles: [POD_ROLE], namespaces: [POD_NAMESPACE] }] },
    prometheus: { address: pod?.ip ?? '127.0.0.1', port: ports.metrics },
    health: { port: ports.health },
    peerPort: ports.peer,
  };
}

function startInit({ address, port, folder }: InitEnvironment): Program {
  return startProgram({
    name: 'the init container',
    command: initProgram,
    args: [],
    env: {
      ...PINNED_NODE,
      VAULT_ROLE_ID: 'bench',
      VAULT_ADDR: 'http://127.0.0.1:8200',
      CREDENTIALS_PATH: folder,
      LISTEN_ADDRESS: address,
      LISTEN_PORT: String(port),
    },
    log: join(folder, 'init.log'),
  });
}

function built(name: string): string {
  return fileURLToPath(new URL(`../../dist/${name}.mjs`, import.meta.url));
}
