import { writeFileSync } from 'node:fs';
import { configText } from '../../support/installation/config.ts';
import { Controller } from '../../support/installation/controller.ts';
import type { Installation } from '../../support/installation/installation.ts';
import { freePort } from '../../support/real/process/free-port.ts';
import { until } from '../../support/until.ts';

export interface Readiness {
  readonly status: number;
  readonly text: string;
}

/** One of several controllers on the servers of one installation; disposing ends it. */
export interface OneController extends AsyncDisposable {
  readonly controller: Controller;
  readiness(): Promise<Readiness>;
  /** Waits until it is ready, or until it is not and says why. */
  isReady(withinMs?: number): Promise<void>;
  isNotReady(because: RegExp, withinMs?: number): Promise<void>;
}

export type StartController = (
  vault: object,
  podNamespaces?: readonly string[],
) => Promise<OneController>;

/** What starts controllers side by side, each with its own configuration, ports and Lease. */
export async function controllersOf(home: Installation): Promise<StartController> {
  await allowAnyLease(home);
  let started = 0;
  return async (vault, podNamespaces = ['nobody']) => {
    started += 1;
    const file = home.file(`kubernetes-vault-${started}.yml`);
    const ports = { metrics: await freePort(), health: await freePort(), peer: await freePort() };
    const { servers, vaultAddr } = home;
    const input = {
      vaultAddr,
      vaultCaFile: undefined,
      token: servers.token,
      home: servers.home,
      podNamespaces,
      roles: [...servers.roleIds.keys()],
      ports,
      raftDir: home.file('raft'),
    };
    const kubernetes = { service: `${servers.home.service}-${started}` };
    writeFileSync(file, configText(input, { vault, kubernetes }), { mode: 0o600 });
    const controller = new Controller({ ...(await home.controllerEnvironment()) }, file);
    home.printed.add(`controller ${started}`, () => controller.printed);
    return running(controller, ports.health);
  };
}

/** The manifests allow the one Lease that is named as the Service. */
async function allowAnyLease({ servers: { plane, home } }: Installation): Promise<void> {
  const metadata = { name: 'any-lease' };
  const rbac = 'rbac.authorization.k8s.io';
  const path = `/apis/${rbac}/v1/namespaces/${home.namespace}`;
  const verbs = ['get', 'list', 'watch', 'patch'];
  const rules = [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs }];
  await plane.request('POST', `${path}/roles`, { metadata, rules });
  const account = { kind: 'ServiceAccount', name: home.serviceAccount, namespace: home.namespace };
  const roleRef = { apiGroup: rbac, kind: 'Role', name: metadata.name };
  await plane.request('POST', `${path}/rolebindings`, { metadata, roleRef, subjects: [account] });
}

function running(controller: Controller, healthPort: number): OneController {
  const readiness = async () => {
    const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz?verbose`);
    return { status: answer.status, text: await answer.text() };
  };
  return {
    controller,
    readiness,
    async isReady(withinMs) {
      const ready = async () => {
        const { status, text } = await readiness();
        if (status !== 200) throw new Error(text);
        return true;
      };
      await until('it is ready', ready, withinMs);
    },
    async isNotReady(because, withinMs) {
      const reasons = async () => {
        const { status, text } = await readiness();
        if (status !== 503 || !because.test(text)) throw new Error(text);
        return true;
      };
      await until(`it is not ready, because ${because}`, reasons, withinMs);
    },
    [Symbol.asyncDispose]: () => controller.kill(),
  };
}
