import assert from 'node:assert/strict';
import type { Installation } from '../../support/installation/installation.ts';

const MERGE = 'application/merge-patch+json';
const CLUSTER_ROLE = '/apis/rbac.authorization.k8s.io/v1/clusterroles/kubernetes-vault';

/** Leaves the controller only these rights in the cluster. */
export async function onlyRights(home: Installation, ...resources: readonly string[]) {
  type Role = { rules: { resources: [string] }[] };
  const { plane } = home.servers;
  const { rules } = await plane.request<Role>('GET', CLUSTER_ROLE);
  const left = rules.filter(({ resources: [one] }) => resources.includes(one));
  const write = (all: readonly object[]) =>
    plane.request('PATCH', CLUSTER_ROLE, { rules: all }, MERGE);
  await write(left);
  return { undo: () => write(rules) };
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
