import { writeFileSync } from 'node:fs';
import { configText, type KubeObject } from '../../support/chart/rendered-chart.ts';
import { Controller } from '../../support/installation/controller.ts';
import {
  type Installation,
  type PodWish,
  startInstallation,
} from '../../support/installation/installation.ts';
import { writeKubeconfig } from '../../support/installation/kubeconfig.ts';
import type { Pod } from '../../support/installation/pod.ts';
import type { ControlPlane } from '../../support/real/control-plane.ts';
import type { OpenBao } from '../../support/real/openbao.ts';
import { freePort } from '../../support/real/process/free-port.ts';
import { ScratchFolder } from '../../support/real/scratch-folder.ts';
import { kustomized, type Overlay } from './kubectl.ts';
import { carryOut, type Instead, replaced } from './readme.ts';

const NAMESPACE = 'kubernetes-vault';
/** The namespace, the AppRole, and the service account. */
const APP = 'sample-app';

/** Real servers on which somebody has done what a README says. */
export interface OverlayHome extends AsyncDisposable {
  readonly home: Installation;
  readonly ports: { readonly metrics: number; readonly health: number; readonly peer: number };
  /**
   * Starts the controller, with the folder's configuration, its service account, and no other rights.
   * @param instead texts of the configuration, and what stands for them on this machine
   */
  startController(instead: Instead): Promise<Controller>;
  /** A pod of the sample app, whose init container has started. */
  pod(wish?: PodWish): Promise<Pod>;
}

export interface OverlayOptions {
  readonly tls: boolean;
  /** Of the README's commands, where the machine differs from a cluster. */
  readonly instead: (plane: ControlPlane) => Instead;
}

export async function startOverlay(
  overlay: Overlay,
  options: OverlayOptions,
): Promise<OverlayHome> {
  const folder = new ScratchFolder(overlay);
  const notHere = () => Promise.reject(new Error('only the README sets this Vault up'));
  const prepare = async (plane: ControlPlane, vault: OpenBao) => {
    await install(overlay, folder, { plane, vault, instead: options.instead(plane) });
    return {
      serviceAccount: NAMESPACE,
      service: NAMESPACE,
      token: vault.rootToken,
      roleIds: new Map([[APP, await roleIdIn(overlay)]]),
      ...{ anotherToken: notHere, makeRole: notHere, allowRoles: notHere },
    };
  };
  const audits = { auditAccountsOf: NAMESPACE, audit: true };
  const { tls } = options;
  const roles = { roles: [APP], podNamespaces: [APP] };
  const home = await startInstallation({ ...roles, tls, audits, prepare });
  const ports = { metrics: await freePort(), health: await freePort(), peer: await freePort() };
  const controllers: Controller[] = [];
  return {
    home,
    ports,
    async startController(instead) {
      const text = configText(await kustomized(overlay));
      const file = home.file('kubernetes-vault.yml');
      writeFileSync(file, [...instead, ...onPorts(ports)].reduce(replaced, text));
      const environment = { KUBERNETES_NAMESPACE: NAMESPACE, POD_IP: '127.0.0.1' };
      const all = { ...(await home.controllerEnvironment()), ...environment };
      const controller = new Controller(all, file);
      controllers.push(controller);
      home.printed.add('controller', () => controller.printed);
      return controller;
    },
    pod: (wish = {}) => home.pod({ role: APP, but: (pod) => pod.withServiceAccount(APP), ...wish }),
    async [Symbol.asyncDispose]() {
      await Promise.all(controllers.map((controller) => controller.kill()));
      await home[Symbol.asyncDispose]();
      folder.remove();
    },
  };
}

function onPorts({ metrics, health, peer }: OverlayHome['ports']): Instead {
  const rest = `health: { port: ${health} }\npeerPort: ${peer}\nprometheus:`;
  return new Map([
    ['prometheus:', rest],
    ['port: 9102', `address: 127.0.0.1\n  port: ${metrics}`],
  ]);
}

/** What the README gives the AppRole, and the pods of the sample app say. */
async function roleIdIn(overlay: Overlay): Promise<string> {
  const objects = await kustomized(overlay);
  const isApps = ({ kind, metadata }: KubeObject) => kind === 'Deployment' && metadata.name === APP;
  const [{ env }] = objects.find(isApps).spec.template.spec.initContainers;
  return env.find(({ name }: KubeObject) => name === 'VAULT_ROLE_ID').value;
}

interface Place {
  readonly plane: ControlPlane;
  readonly vault: OpenBao;
  readonly instead: Instead;
}

async function install(overlay: Overlay, folder: ScratchFolder, place: Place): Promise<void> {
  const { plane, vault, instead } = place;
  // What a Vault has from the start that is in development mode.
  await vault.request('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
  const environment = {
    ...writeKubeconfig(folder.file('kubeconfig'), plane, plane.adminToken),
    ...{ VAULT_ADDR: vault.addr, VAULT_TOKEN: vault.rootToken },
    ...(vault.caPem === undefined ? {} : { VAULT_CACERT: vault.caFile }),
  };
  await carryOut(overlay, folder.path, environment, instead);
  // The pods that tests write by hand have no security context; accepted.test.ts is about that.
  const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
  await plane.request('PATCH', `/api/v1/namespaces/${APP}`, { metadata: { labels } });
}
