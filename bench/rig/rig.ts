import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '../../test/support/real/control-plane.ts';
import { type OpenBao, startOpenBao } from '../../test/support/real/openbao.ts';
import { findBinary } from '../../test/support/real/process/binaries.ts';
import { freePort } from '../../test/support/real/process/free-port.ts';
import { provisionKube } from '../../test/support/real/provision-kube.ts';
import { provisionVault } from '../../test/support/real/provision-vault.ts';
import type { ControllerEnvironment } from '../subjects/subject.ts';
import { type ApiAccess, createApi } from './api.ts';
import { createKubelet, type Kubelet } from './kubelet.ts';
import { CONTROLLER_NAMESPACE, POD_NAMESPACE, POD_ROLE } from './names.ts';

/** Real servers, and a controller's identity on them. */
export interface Rig extends AsyncDisposable {
  readonly kubelet: Kubelet;
  /** What the servers say that they are. */
  readonly versions: readonly (readonly [server: string, version: string])[];
  /** The API server, as its administrator. */
  readonly api: Pick<ControlPlane, 'request' | 'pauseApiServer' | 'resumeApiServer'>;
  readonly access: ApiAccess;
  /** Where controllers are installed. */
  readonly home: ControllerEnvironment['home'];
  /** What a controller is given; `folder` is for its configuration and its log. */
  environment(folder: string): Promise<ControllerEnvironment>;
}

export interface RigOptions {
  /** The port that pushes go to. */
  readonly initPort: number;
  /** The servers' addresses; 127.0.0.1 by default. */
  readonly addresses?: { readonly kube: string; readonly vault: string };
}

/** More than are ever under way, even while the API server stands still, so that no request waits for a connection. */
const CONNECTIONS = 512;

/** Starts etcd, kube-apiserver and OpenBao, empty but for what a controller needs. */
export async function startRig({ initPort, addresses }: RigOptions): Promise<Rig> {
  await using undo = new AsyncDisposableStack();
  const plane = undo.use(await startControlPlane(at(addresses?.kube)));
  const bao = undo.use(await startOpenBao(at(addresses?.vault)));
  const namespace = CONTROLLER_NAMESPACE;
  const podNamespaces = [POD_NAMESPACE];
  const { service, serviceAccount } = await provisionKube(plane, { namespace, podNamespaces });
  const { token } = await provisionVault(bao, { roles: [POD_ROLE] });
  const access = { url: plane.url, ca: plane.caPem, token: plane.adminToken };
  const api = undo.use(createApi(access, CONNECTIONS));
  const versions = await versionsOf(plane, bao);
  const home = { namespace, service };
  const kept = undo.move();
  return {
    kubelet: createKubelet(api, initPort),
    versions,
    api: plane,
    access,
    home,
    async environment(folder) {
      const serviceAccountFolder = join(folder, 'service-account');
      await plane.writeServiceAccountDir(namespace, serviceAccount, serviceAccountFolder);
      return {
        kube: { host: plane.address, port: plane.port },
        serviceAccountFolder,
        vault: { addr: bao.addr, token },
        home,
        ports: { metrics: await freePort(), health: await freePort(), peer: await freePort() },
        folder,
      };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function at(address: string | undefined) {
  return address === undefined ? {} : { address };
}

async function versionsOf(plane: ControlPlane, bao: OpenBao): Promise<Rig['versions']> {
  const { gitVersion } = await plane.request<{ gitVersion: string }>('GET', '/version');
  const { version } = await bao.request<{ version: string }>('GET', 'sys/health');
  const etcd = execFileSync(findBinary('etcd'), ['--version'], { encoding: 'utf8' });
  return [
    ['kube-apiserver', gitVersion],
    ['etcd', /^etcd Version: (.*)$/m.exec(etcd)?.[1] ?? 'unknown'],
    ['OpenBao', version],
  ];
}
