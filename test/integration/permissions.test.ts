import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { type Installation, startInstallation } from '../support/installation/installation.ts';
import { RequestFailed } from '../support/real/admin-client.ts';
import { deployFile } from '../support/real/deploy-file.ts';

let home: Installation;

before(async () => {
  home = await startInstallation({ roles: ['web'], proxied: true });
});

after(() => home[Symbol.asyncDispose]());

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const RESOURCES = ['pods', 'pods/status', 'events', 'secrets', 'serviceaccounts', 'configmaps'];

test('the controller of these tests has the rights of rbac.yaml, and no others', async () => {
  const granted = grantedBy('rbac.yaml');
  assert.ok(granted.includes('watch pods'));
  for (const resource of RESOURCES) {
    for (const verb of VERBS) {
      const wanted = granted.includes(`${verb} ${resource}`);
      assert.equal(await may(verb, resource), wanted, `${verb} ${resource}`);
    }
  }
});

function grantedBy(file: string): string[] {
  interface Rule {
    readonly resources: string[];
    readonly verbs: string[];
  }
  const documents = parseAllDocuments(readFileSync(deployFile(file), 'utf8'));
  const rules: Rule[] = documents.flatMap((one) => one.toJS().rules ?? []);
  return rules.flatMap(({ resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
  );
}

async function may(verb: string, whole: string): Promise<boolean> {
  const { plane, home: own } = home.servers;
  const [resource, subresource = ''] = whole.split('/');
  const user = `system:serviceaccount:${own.namespace}:${own.serviceAccount}`;
  const spec = { user, resourceAttributes: { verb, resource, subresource, namespace: 'shop' } };
  type Review = { status: { allowed: boolean } };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  return (await plane.request<Review>('POST', path, { spec })).status.allowed;
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
  const path = `${BINDING}/kubernetes-vault`;
  type Binding = { roleRef: object; subjects: object[] };
  const { roleRef, subjects } = await plane.request<Binding>('GET', path);
  await plane.request('DELETE', path);
  return async () => {
    const metadata = { name: 'kubernetes-vault' };
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
