import assert from 'node:assert/strict';
import type { Installation } from '../../support/installation/installation.ts';

const MERGE = 'application/merge-patch+json';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const CLUSTER_ROLE = `${RBAC}/clusterroles/kubernetes-vault-pods`;

/** Leaves the controller only these rights in the cluster. */
export function onlyRights(home: Installation, ...resources: readonly string[]) {
  return keepRules(home, CLUSTER_ROLE, (resource) => resources.includes(resource));
}

/** Takes the controller's rights on this resource of its own namespace away. */
export function withoutOwn(home: Installation, resource: string) {
  const { namespace } = home.servers.home;
  const path = `${RBAC}/namespaces/${namespace}/roles/kubernetes-vault`;
  return keepRules(home, path, (one) => one !== resource);
}

async function keepRules(home: Installation, path: string, keeps: (resource: string) => boolean) {
  type Role = { rules: { resources: [string] }[] };
  const { plane } = home.servers;
  const { rules } = await plane.request<Role>('GET', path);
  const write = (all: readonly object[]) => plane.request('PATCH', path, { rules: all }, MERGE);
  await write(rules.filter(({ resources: [one] }) => keeps(one)));
  return { undo: () => write(rules) };
}

/** A Lease of the installation's name that nobody writes any more. */
export async function abandonedLease(home: Installation, holderIdentity: string) {
  const { plane, home: own } = home.servers;
  const leases = `/apis/coordination.k8s.io/v1/namespaces/${own.namespace}/leases`;
  const spec = { holderIdentity, renewTime: '2026-01-01T00:00:00.000000Z' };
  await plane.request('POST', leases, { metadata: { name: own.service }, spec });
  return { undo: () => plane.request('DELETE', `${leases}/${own.service}`) };
}

/** That examining has had nothing minted, and printed no secret. */
export async function assertLeftAlone(home: Installation): Promise<void> {
  const { vault } = home.servers;
  for (const role of ['web', 'office']) {
    const list = vault.request('LIST', `auth/approle/role/${role}/secret-id`);
    await assert.rejects(list, /answered 404/);
  }
  assert.deepEqual(home.leaks(), []);
}
