import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import {
  type ApiServerFacts,
  gatherApiServer,
  judgeApiServer,
} from '../../../src/doctor/kubernetes/api-server.ts';
import { gatherIdentity, judgeIdentity } from '../../../src/doctor/kubernetes/identity.ts';
import {
  judgeRight,
  type OwnService,
  reviewRight,
  rightsOfController,
  rightsOfInstaller,
} from '../../../src/doctor/kubernetes/rights.ts';
import type { HttpProbe } from '../../../src/doctor/net/http-probe.ts';
import { impersonating } from '../../../src/kube/api/impersonating.ts';
import { fields } from '../../../src/kube/api/json.ts';
import type { KubeRequest } from '../../../src/kube/api/kube-client.ts';
import { FinalKubeError, type KubeError } from '../../../src/kube/api/kube-error.ts';
import { inShort } from '../../support/doctor/findings.ts';
import { answeringServer, json } from '../../support/servers/answering-server.ts';

function answered(status: number, body: string): ApiServerFacts {
  const seen = { certificate: undefined, skewMs: 0 };
  return {
    kind: 'probed',
    origin: 'https://api',
    unverified: false,
    probe: { kind: 'answered', status, body, ...seen },
  };
}

function failed(problem: Extract<HttpProbe, { kind: 'failed' }>['problem']): ApiServerFacts {
  return {
    kind: 'probed',
    origin: 'https://api',
    unverified: false,
    probe: { kind: 'failed', problem, words: 'words' },
  };
}

const SERVERS: readonly [what: string, ApiServerFacts, says: RegExp][] = [
  [
    'one that says its version',
    answered(200, '{"gitVersion":"v1.37.2"}'),
    /^ok .* serves Kubernetes v1\.37\.2/,
  ],
  [
    'one for nobody',
    answered(401, '{"kind":"Status"}'),
    /^ok kubernetes\.api: https:\/\/api answers$/,
  ],
  [
    'something else',
    answered(200, '<html>'),
    /^failed .* HTTP 200, and without a version → look at what stands/,
  ],
  ['nobody', failed('refused'), /^failed .* cannot be reached: words → look whether it runs/],
  ['a wrong name', failed('no-such-name'), /→ correct the name/],
  [
    'no way to any',
    { kind: 'no-credentials', words: 'no way to the API server' },
    /^failed .* no credentials for it: no way to the API server → set KUBECONFIG/,
  ],
];

for (const [what, facts, says] of SERVERS) {
  test(`the API server is ${what}: ${says.source}`, () => {
    assert.match(inShort(judgeApiServer(facts, 0)[0] ?? assert.fail()), says);
  });
}

test('the API server is asked for its version without credentials', async () => {
  await using server = await answeringServer(() => json({ gitVersion: 'v1.30.0' }), {
    https: true,
  });
  const { ca, origin } = server;
  const access = { server: new URL(`${origin}/k8s/`), tls: { ca }, headers: {} };
  const token = new Secret('a-bearer-token');
  const credentials = { access: async () => ({ ...access, token }), refused: () => {} };
  const found = judgeApiServer(await gatherApiServer(credentials, systemClock), Date.now());
  assert.deepEqual(
    found.map(({ check, result }) => [check, result]),
    [
      ['kubernetes.api', 'ok'],
      ['kubernetes.certificate', 'ok'],
      ['kubernetes.clock', 'ok'],
    ],
  );
  const [request] = server.requests;
  assert.equal(request?.path, '/k8s/version');
  assert.equal(request?.headers.authorization, undefined);
});

test('credentials that verify nobody are worth a warning', async () => {
  await using server = await answeringServer(() => json({}), { https: true });
  const tls = { rejectUnauthorized: false };
  const access = { server: new URL(server.origin), tls, headers: {}, token: undefined };
  const credentials = { access: async () => access, refused: () => {} };
  const found = judgeApiServer(await gatherApiServer(credentials, systemClock), Date.now());
  assert.match(
    inShort(found[1] ?? assert.fail()),
    /^warning kubernetes\.certificate: .* → take insecure/,
  );
});

/** An API server that answers each request so. */
function clientFor(answer: (request: KubeRequest) => unknown) {
  const requests: KubeRequest[] = [];
  const json = async (request: KubeRequest) => {
    requests.push(request);
    const value = answer(request);
    if (value instanceof Error) throw value;
    return value;
  };
  return { json, requests, stream: () => assert.fail('nothing is streamed'), close: () => {} };
}

function refusedWith(kind: 'forbidden' | 'notFound' | 'unauthorized', words: string): KubeError {
  return new FinalKubeError(kind, 'request', words);
}

const ANOTHER = { as: undefined, isAnother: true };
const ITSELF = { as: undefined, isAnother: false };
const IMPERSONATED = { as: 'system:serviceaccount:kv:kv', isAnother: false };

const IDENTITIES: readonly [
  what: string,
  answer: unknown,
  typeof ANOTHER | typeof IMPERSONATED,
  RegExp,
][] = [
  ['itself', { status: { userInfo: { username: 'kv' } } }, ITSELF, /^ok .* takes us for kv$/],
  [
    'another',
    { status: { userInfo: { username: 'ann' } } },
    ANOTHER,
    /^warning .* true of ann, not of .* → speak for it with --as/,
  ],
  [
    'somebody of an old server',
    refusedWith('notFound', 'none'),
    ITSELF,
    /^ok .* somebody it does not name/,
  ],
  [
    'somebody whose name is missing',
    {},
    IMPERSONATED,
    /^ok .* takes us for system:serviceaccount:kv:kv/,
  ],
  [
    'nobody',
    refusedWith('unauthorized', '401 Unauthorized'),
    ITSELF,
    /^failed .* 401 Unauthorized → look at the credentials/,
  ],
  [
    'one who may not speak for it',
    refusedWith('forbidden', '403 cannot impersonate'),
    IMPERSONATED,
    /^failed .* → ask for the right to impersonate/,
  ],
];

for (const [what, answer, speaker, says] of IDENTITIES) {
  test(`the API server takes us for ${what}: ${says.source}`, async () => {
    const identity = await gatherIdentity(clientFor(() => answer));
    assert.match(inShort(judgeIdentity(identity, speaker)), says);
  });
}

const OWN: OwnService = { serviceNamespace: 'kv', service: 'vault' };
const [LIST = assert.fail()] = rightsOfController({ kind: 'one', name: 'shop' }, OWN);
const EVERYWHERE = rightsOfController({ kind: 'matching', regex: /x/ }, OWN);
const CREATE_EVENTS = rightTo('create', 'events');
const PATCH_LEASES = rightTo('patch', 'leases');
const CREATE_LEASES = rightTo('create', 'leases');
const WATCH_SLICES = rightTo('watch', 'endpointslices');

function rightTo(verb: string, resource: string) {
  const right = EVERYWHERE.find((one) => one.verb === verb && one.resource === resource);
  return right ?? assert.fail();
}

const REVIEWS: readonly [what: string, right: typeof LIST, answer: unknown, says: RegExp][] = [
  [
    'given',
    LIST,
    { status: { allowed: true } },
    /^ok kubernetes\.rights list pods: allowed in namespace shop/,
  ],
  [
    'missing',
    LIST,
    { status: { allowed: false } },
    /^failed .* not allowed in namespace shop → grant a Role in namespace shop with \{apiGroups: \[""\], resources: \[pods\], verbs: \[list\]\}/,
  ],
  [
    'missing, and useful',
    CREATE_EVENTS,
    { status: { allowed: false } },
    /^warning .* not allowed in all namespaces: no Event .* → grant a ClusterRole with/,
  ],
  [
    'missing to a controller that is to act',
    PATCH_LEASES,
    { status: { allowed: false } },
    /^failed kubernetes\.rights patch leases: not allowed in namespace kv → grant a Role in namespace kv with \{apiGroups: \["coordination\.k8s\.io"\], resources: \[leases\], verbs: \[patch\]\}/,
  ],
  [
    'missing to one that looks for others',
    WATCH_SLICES,
    { status: { allowed: false } },
    /^warning .* in namespace kv: other controllers .* Endpoints .*\["discovery\.k8s\.io"\]/,
  ],
  [
    'not known',
    LIST,
    { status: { allowed: false, evaluationError: 'broken' } },
    /^warning .* cannot be found out/,
  ],
  [
    'not to be asked for',
    LIST,
    refusedWith('forbidden', '403 no'),
    /^warning .*403 no → look with: kubectl auth can-i list pods/,
  ],
  ['answered by nonsense', LIST, 'nonsense', /^warning/],
];

test('with Raft there is another Lease, and each right to it is another finding', () => {
  const subjects = (own: typeof OWN) =>
    rightsOfController({ kind: 'one', name: 'shop' }, own).map(
      (right) => judgeRight(right, { kind: 'allowed' }).subject,
    );
  const withRaft = subjects({ ...OWN, clusterLease: 'vault-cluster' });
  const lease = new Set(subjects(OWN));
  assert.deepEqual(
    withRaft.filter((subject) => !lease.has(subject)),
    ['get', 'list', 'watch', 'patch'].map((verb) => `${verb} leases/vault-cluster`),
  );
  assert.equal(new Set(withRaft).size, withRaft.length);
});

for (const [what, right, answer, says] of REVIEWS) {
  test(`a right that is ${what}: ${says.source}`, async () => {
    const client = clientFor(() => answer);
    assert.match(inShort(judgeRight(right, await reviewRight(client, right))), says);
  });
}

test('a right is reviewed where it is needed: in one namespace or in all, for one object or all', async () => {
  const client = clientFor(() => ({ status: { allowed: true } }));
  const rights = [LIST, CREATE_EVENTS, PATCH_LEASES, CREATE_LEASES];
  for (const right of rights) await reviewRight(client, right);
  const leases = { group: 'coordination.k8s.io', resource: 'leases', namespace: 'kv' };
  const asked = client.requests.map(({ body }) => fields(body?.value)['spec']);
  assert.deepEqual(asked, [
    { resourceAttributes: { verb: 'list', group: '', resource: 'pods', namespace: 'shop' } },
    { resourceAttributes: { verb: 'create', group: '', resource: 'events' } },
    { resourceAttributes: { verb: 'patch', ...leases, name: 'vault' } },
    { resourceAttributes: { verb: 'create', ...leases } },
  ]);
});

test('who speaks for another says so with each request, and stays who it is', async () => {
  const access = { server: new URL('https://api'), tls: {}, headers: { a: 'b' } };
  const token = new Secret('a-bearer-token');
  let refused = 0;
  const own = { access: async () => ({ ...access, token }), refused: () => void refused++ };
  const speaking = impersonating(own, 'system:serviceaccount:kv:kv');
  assert.deepEqual(await speaking.access(), {
    ...access,
    token,
    headers: { a: 'b', 'Impersonate-User': 'system:serviceaccount:kv:kv' },
  });
  speaking.refused();
  assert.equal(refused, 1);
});

test('who installs makes what the manifests hold', () => {
  const rights = rightsOfInstaller('kv').map(
    ({ resource, namespace }) => `${resource} ${namespace}`,
  );
  assert.deepEqual(rights, [
    'serviceaccounts kv',
    'configmaps kv',
    'services kv',
    'deployments kv',
    'clusterroles undefined',
    'clusterrolebindings undefined',
    'roles kv',
    'rolebindings kv',
  ]);
});
