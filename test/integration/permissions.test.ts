import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { type Installation, startInstallation } from '../support/installation/installation.ts';
import { AdminClient, RequestFailed } from '../support/real/admin-client.ts';
import { deployFile } from '../support/real/deploy-file.ts';

let home: Installation;

before(async () => {
  home = await startInstallation({ roles: ['web'], proxied: true });
});

after(() => home[Symbol.asyncDispose]());

test('the controller of these tests has the rights of the manifests, and no others', async () => {
  const { namespace, serviceAccount } = home.servers.home;
  const cluster = grantedBy('ClusterRole');
  assert.ok(cluster.includes('watch pods'));
  assert.deepEqual(await extraRights('shop', serviceAccount), cluster);
  const atHome = [...cluster, ...grantedBy('Role')].toSorted();
  assert.ok(atHome.includes('patch coordination.k8s.io/leases kubernetes-vault'));
  assert.deepEqual(await extraRights(namespace, serviceAccount), atHome);
});

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** Each right of some rules, as `verb group/resource name`. */
function rightsOf(rules: readonly Rule[]): string[] {
  const all = rules.flatMap(({ apiGroups, resources, resourceNames = [], verbs }) =>
    combined(
      verbs,
      apiGroups.flatMap((group) => resources.map((one) => (group ? `${group}/${one}` : one))),
      resourceNames,
    ),
  );
  return [...new Set(all)].toSorted();
}

function combined(verbs: readonly string[], what: readonly string[], names: readonly string[]) {
  const rights = verbs.flatMap((verb) => what.map((one) => `${verb} ${one}`));
  return names.length === 0
    ? rights
    : rights.flatMap((one) => names.map((name) => `${one} ${name}`));
}

const FILES = {
  ClusterRole: 'components/watch-by-regex/cluster-role.yaml',
  Role: 'base/rbac.yaml',
} as const;

function grantedBy(kind: keyof typeof FILES): string[] {
  const documents = parseAllDocuments(readFileSync(deployFile(FILES[kind]), 'utf8'));
  const objects = documents.map((one) => one.toJS()).filter((one) => one.kind === kind);
  return rightsOf(objects.flatMap(({ rules }) => rules));
}

/** What an account may do in a namespace that not every account may. */
async function extraRights(namespace: string, serviceAccount: string): Promise<string[]> {
  const { plane, home: own } = home.servers;
  const everybodys = `/api/v1/namespaces/${own.namespace}/serviceaccounts`;
  const name = `anybody-${namespace}`;
  await plane.request('POST', everybodys, { metadata: { name } });
  const [extra, usual] = await Promise.all(
    [serviceAccount, name].map(async (account) => {
      const token = await plane.serviceAccountToken(own.namespace, account);
      const client = new AdminClient(plane.url, { authorization: `Bearer ${token}` }, plane.caPem);
      type Review = { status: { incomplete: boolean; resourceRules: Rule[] } };
      const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
      const { status } = await client.request<Review>('POST', path, { spec: { namespace } });
      assert.equal(status.incomplete, false);
      return rightsOf(status.resourceRules);
    }),
  );
  return extra?.filter((right) => !usual?.includes(right)) ?? [];
}

test('the token of these tests has the least policy: no bare secret_id, nothing of other roles', async () => {
  const { vault, token, makeRole } = home.servers;
  await makeRole('other');
  const asController = (method: string, path: string, more = {}) =>
    vault.request(method, path, undefined, { 'x-vault-token': token, ...more });
  const self = await asController('GET', 'auth/token/lookup-self');
  const { policies } = (self as { data: { policies: string[] } }).data;
  assert.deepEqual(policies.sort(), ['default', 'kubernetes-vault']);
  const wrapped = { 'x-vault-wrap-ttl': '60s' };
  await asController('POST', 'auth/approle/role/web/secret-id', wrapped);
  const refused: [string, string, object?][] = [
    ['POST', 'auth/approle/role/web/secret-id'],
    ['GET', 'auth/approle/role/web/role-id'],
    ['POST', 'auth/approle/role/other/secret-id', wrapped],
    ['GET', 'sys/policies/acl/kubernetes-vault'],
  ];
  for (const [method, path, more] of refused) {
    await assert.rejects(asController(method, path, more), isForbidden, `${method} ${path}`);
  }
});

function isForbidden(error: unknown): boolean {
  return error instanceof RequestFailed && [400, 403].includes(error.status);
}

const BINDING = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';

/** Takes the binding of the controller's ClusterRole away; what gives it back. */
async function withdrawRights(): Promise<() => Promise<void>> {
  const { plane } = home.servers;
  const path = `${BINDING}/kubernetes-vault-pods`;
  type Binding = { roleRef: object; subjects: object[] };
  const { roleRef, subjects } = await plane.request<Binding>('GET', path);
  await plane.request('DELETE', path);
  return async () => {
    const metadata = { name: 'kubernetes-vault-pods' };
    await plane.request('POST', BINDING, { metadata, roleRef, subjects });
  };
}

test('a right that is missing at the start, or withdrawn later, is named with its rule, and waited for', async () => {
  const grant = await withdrawRights();
  const controller = await home.startController();
  const line = await controller.says({ level: 'error' });
  assert.match(line.msg, /cannot list resource "pods".*ClusterRole.*resources.*\[pods\]/s);
  const early = await home.pod();
  await grant();
  await early.served();
  await controller.says({ msg: /^can list pods again/ });

  const grantAgain = await withdrawRights();
  home.servers.kubeProxy.endWatches();
  await controller.says({ level: 'error', msg: /cannot watch resource "pods"/ });
  const late = await home.pod();
  await grantAgain();
  await late.served();
});
