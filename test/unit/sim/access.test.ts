import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Access } from '../../../src/sim/api-server/access.ts';
import { createApiServer } from '../../../src/sim/api-server/api-server.ts';
import { apiHandler } from '../../../src/sim/api-server/handler.ts';
import { askWhole } from '../../../src/sim/in-memory.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { simRequest } from '../../support/sim-requests.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const POD_PATH = '/api/v1/namespaces/default/pods/a/status';

/** Bob may list and watch pods everywhere, and nothing else. */
const access: Access = {
  userOf: (token) => (token === 'token-of-bob' ? 'bob' : undefined),
  allows: ({ verb, resource }) => resource === 'pods' && ['list', 'watch'].includes(verb),
};

async function ask(method: string, url: string, authorization?: string) {
  const handler = apiHandler(createApiServer(virtualClock(), seededRandom(1)), access);
  const headers = authorization === undefined ? {} : { authorization };
  const { status, body } = await askWhole(handler, simRequest(method, url, { headers }));
  return { status, message: JSON.parse(body).message };
}

test('no token, a wrong one, and one without the right are refused as the API server does', async () => {
  const bob = 'Bearer token-of-bob';
  const cases: [string, string, string | undefined, number, string][] = [
    ['GET', '/api/v1/pods', 'Bearer wrong', 401, 'Unauthorized'],
    [
      'GET',
      '/api/v1/pods',
      undefined,
      403,
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
    ],
    [
      'PATCH',
      POD_PATH,
      bob,
      403,
      'pods "a" is forbidden: User "bob" cannot patch resource "pods/status" in API group "" in the namespace "default"',
    ],
    [
      'GET',
      '/apis/coordination.k8s.io/v1/namespaces/default/leases/x',
      bob,
      403,
      'leases.coordination.k8s.io "x" is forbidden: User "bob" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "default"',
    ],
  ];
  for (const [method, url, authorization, status, message] of cases) {
    assert.deepEqual(await ask(method, url, authorization), { status, message });
  }
  assert.equal((await ask('GET', '/api/v1/pods', bob)).status, 200);
});
