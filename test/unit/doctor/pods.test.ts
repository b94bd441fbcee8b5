import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileGlob } from '../../../src/base/pattern.ts';
import type { SeenCertificate } from '../../../src/doctor/net/seen-certificate.ts';
import type { TlsProbe } from '../../../src/doctor/net/tls-probe.ts';
import { judgeLastEvent, lastOf } from '../../../src/doctor/pods/last-event.ts';
import { gatherPod, type OnePodFacts } from '../../../src/doctor/pods/one-pod.ts';
import { judgeSeen, judgeSteps } from '../../../src/doctor/pods/pod-steps.ts';
import { judgePort } from '../../../src/doctor/pods/port.ts';
import { gatherPods, judgePods, rolesOfWaiting } from '../../../src/doctor/pods/waiting-pods.ts';
import type { KubeRequest } from '../../../src/kube/api/kube-client.ts';
import { FinalKubeError } from '../../../src/kube/api/kube-error.ts';
import { podScope } from '../../../src/kube/pod-scope.ts';
import type { ListQuery } from '../../../src/kube/reflector/messages.ts';
import { aCustomer, type CustomerBuilder } from '../../support/customers.ts';
import { inShort } from '../../support/findings.ts';
import { aPod } from '../../support/kube/pods.ts';

const RULES = [
  { approles: [compileGlob('web')], namespaces: [compileGlob('shop')], hostNetwork: false },
];
const OPTIONS = { authorization: RULES, allowLoopback: false };
const POD = aCustomer();
const STARTED = Date.parse('2026-01-01T00:01:00Z');

function listed(...pods: CustomerBuilder[]) {
  const facts = pods.map((pod) => pod.facts());
  return { kind: 'listed', pods: facts, total: pods.length + 7 } as const;
}

const WAITING: readonly [what: string, CustomerBuilder, afterMs: number, says: RegExp][] = [
  [
    'has just started',
    POD,
    5_000,
    /^warning pods\.waiting shop\/web-1: it waits for a credential of role "web" since 5s/,
  ],
  [
    'waits for long',
    POD,
    90_000,
    /^failed .* since 1m30s → look closer: kubernetes-vault doctor pod shop\/web-1/,
  ],
  ['is starting', POD.waiting(), 0, /^warning .* is not running → look at the init containers/],
  [
    'names no init container of its own',
    POD.withoutContainer(),
    0,
    /^failed .* which the pod does not have/,
  ],
  [
    'may not',
    POD.inNamespace('other'),
    0,
    /^failed pods\.waiting other\/web-1: no authorization rule/,
  ],
  ['names what is no role', POD.asking('a b'), 0, /^failed .* no name that an AppRole/],
];

for (const [what, pod, afterMs, says] of WAITING) {
  test(`S5 S9 a pod that ${what} is told with its reason: ${says.source}`, () => {
    const [summary, found] = judgePods(listed(pod), OPTIONS, STARTED + afterMs).map(inShort);
    assert.match(
      summary ?? '',
      /^ok pods: 8 in the watched namespaces, 1 with our annotations; 1 wait$/,
    );
    assert.match(found ?? '', says);
  });
}

test('pods that wait for nothing are counted, and not told', () => {
  const found = judgePods(listed(POD.ended(0), POD.deleting()), OPTIONS, STARTED).map(inShort);
  assert.deepEqual(found, [
    'ok pods: 9 in the watched namespaces, 2 with our annotations; none waits',
  ]);
});

test('of very many that wait some are told', () => {
  const pods = Array.from({ length: 80 }, (_, index) => POD.named(`web-${index}`));
  const found = judgePods(listed(...pods), OPTIONS, STARTED).map(inShort);
  assert.equal(found.length, 52);
  assert.equal(found.at(-1), 'skipped pods: 30 more wait, and are not told here');
});

test('pods that cannot be listed are a fault', () => {
  const error = new FinalKubeError('forbidden', 'list pods', '403 no');
  const [found] = judgePods({ kind: 'not-listed', error }, OPTIONS, 0).map(inShort);
  assert.match(found ?? '', /^failed pods: they cannot be listed: list pods: 403 no/);
  assert.deepEqual(rolesOfWaiting({ kind: 'not-listed', error }, OPTIONS), []);
});

test('the roles of pods that wait are looked at, each once, in Vault’s spelling', () => {
  const pods = [
    POD,
    POD.asking('WEB'),
    POD.asking('office'),
    POD.asking('a b'),
    POD.asking('done').ended(0),
  ];
  assert.deepEqual(rolesOfWaiting(listed(...pods), OPTIONS), ['office', 'web']);
});

test('S3 pods are listed page by page, and those that ask for nothing are not kept', async () => {
  const queries: ListQuery[] = [];
  const plain = POD.asking(undefined).naming(undefined);
  const list = async (query: ListQuery) => {
    queries.push(query);
    const facts = [POD.named(`web-${queries.length}`).facts(), plain.facts()];
    const continueToken = queries.length < 3 ? `page-${queries.length}` : undefined;
    return { facts, version: '1', continueToken };
  };
  const found = await gatherPods({ list, watch: () => assert.fail('nothing is watched') });
  assert.ok(found.kind === 'listed');
  assert.deepEqual([found.total, found.pods.length], [6, 3]);
  assert.deepEqual(
    queries.map(({ continueToken }) => continueToken),
    [undefined, 'page-1', 'page-2'],
  );
});

const SCOPE = podScope({ kind: 'one', name: 'shop' });

function found(pod: CustomerBuilder, more: Partial<Extract<OnePodFacts, { kind: 'found' }>> = {}) {
  return {
    kind: 'found',
    pod: pod.facts(),
    waitingFor: undefined,
    selected: true,
    ...more,
  } as const;
}

function steps(facts: ReturnType<typeof found>, options = OPTIONS): Record<string, string> {
  const all = judgeSteps(facts, SCOPE, options, STARTED + 4_000);
  return Object.fromEntries(all.map((one) => [one.check, inShort(one)]));
}

test('a pod that is a customer has every step behind it', () => {
  assert.deepEqual(Object.values(steps(found(POD))), [
    'ok pod.watched: the controller watches shop',
    'ok pod.annotations: it asks for the AppRole web, for its init container vault-init',
    'ok pod.init-container: it runs since 4s, and waits for its credential',
    'ok pod.ip: 10.0.0.1',
    'ok pod.authorization: a rule lets it have the role "web"',
  ]);
});

const STEPS: readonly [what: string, ReturnType<typeof found>, check: string, says: RegExp][] = [
  [
    'in another namespace',
    found(POD.inNamespace('other')),
    'pod.watched',
    /^failed .* → let kubernetes\.watchNamespace/,
  ],
  [
    'that the selector leaves out',
    found(POD, { selected: false }),
    'pod.watched',
    /^failed .*podSelector leaves it out/,
  ],
  [
    'without annotations',
    found(POD.asking(undefined).naming(undefined).withoutContainer()),
    'pod.annotations',
    /^failed .* asks for nothing → add the annotation/,
  ],
  ['without a role', found(POD.asking(undefined)), 'pod.annotations', /^failed .* no AppRole/],
  [
    'without a container’s name',
    found(POD.naming(undefined).withoutContainer()),
    'pod.annotations',
    /^failed .* no init container → add/,
  ],
  [
    'with a name that is none, before it runs',
    found(POD.asking('a b').waiting()),
    'pod.annotations',
    /^failed .* no name that an AppRole/,
  ],
  [
    'with a port that it does not declare',
    found(POD.onPort('50001', [])),
    'pod.annotations',
    /^failed .* cannot be used/,
  ],
  ['of a static manifest', found(POD.mirrored()), 'pod.annotations', /^failed .* mirror pod/],
  [
    'whose container does not exist',
    found(POD.withoutContainer()),
    'pod.init-container',
    /^failed .* does not have/,
  ],
  [
    'whose container cannot start',
    found(POD.waiting(), { waitingFor: 'ImagePullBackOff: no' }),
    'pod.init-container',
    /^failed .* is not running: ImagePullBackOff: no →/,
  ],
  [
    'whose container failed',
    found(POD.ended(1)),
    'pod.init-container',
    /^failed .* exit code 1 → look at its log: kubectl logs -n shop web-1 -c vault-init --previous/,
  ],
  [
    'whose container ended well',
    found(POD.ended(0)),
    'pod.init-container',
    /^ok .* it has had its credential/,
  ],
  ['whose sidecar is started', found(POD.asSidecar(true)), 'pod.init-container', /^ok .* sidecar/],
  [
    'that is being deleted',
    found(POD.deleting()),
    'pod.init-container',
    /^failed .* being deleted/,
  ],
  ['without an IP', found(POD.at()), 'pod.ip', /^failed .* no IP yet/],
  ['with an IP that is none', found(POD.at('127.0.0.1')), 'pod.ip', /^failed .* loopback/],
  [
    'that may not',
    found(POD.asking('office').waiting()),
    'pod.authorization',
    /^failed .* no authorization rule .* "office"/,
  ],
  ['on its node’s network', found(POD.onHostNetwork()), 'pod.authorization', /^failed/],
  ['whose annotations are wrong', found(POD.asking('a b')), 'pod.authorization', /^skipped/],
];

for (const [what, facts, check, says] of STEPS) {
  test(`S5 S8 S9 a pod ${what} is told by ${check}: ${says.source}`, () => {
    assert.match(steps(facts)[check] ?? '', says);
  });
}

test('S9 where there are no rules that is worth a warning', () => {
  const all = judgeSteps(found(POD), SCOPE, { ...OPTIONS, authorization: undefined }, STARTED);
  assert.match(inShort(all.at(-1) ?? assert.fail()), /^warning .* every pod may have every role/);
});

/** An API server that lists this for each selector. */
function clientFor(answer: (query: Readonly<Record<string, string>>) => unknown) {
  return {
    json: async ({ query = {} }: KubeRequest) => {
      const value = answer(query);
      if (value instanceof Error) throw value;
      return value;
    },
    stream: () => assert.fail('nothing is streamed'),
    close: () => {},
  };
}

const NAME = { namespace: 'default', name: 'pod' };

test('one pod is read with what its status says, and whether the selector matches it', async () => {
  const pod = aPod().annotated('web').build();
  const client = clientFor(({ fieldSelector, labelSelector }) => {
    assert.equal(fieldSelector, 'metadata.name=pod');
    return { items: labelSelector === undefined ? [pod] : [] };
  });
  const facts = await gatherPod(client, NAME, 'app=other');
  assert.ok(facts.kind === 'found');
  assert.deepEqual([facts.waitingFor, facts.selected], ['PodInitializing', false]);
  assert.match(
    inShort(judgeSeen(facts, NAME)),
    /^ok pod\.exists: default\/pod exists, in phase Pending/,
  );
});

test('a pod that is not there, or cannot be read, is told as that', async () => {
  const absent = await gatherPod(
    clientFor(() => ({ items: [] })),
    NAME,
    undefined,
  );
  assert.match(
    inShort(judgeSeen(absent, NAME)),
    /^failed .* there is no pod pod in namespace default/,
  );
  const error = new FinalKubeError('forbidden', 'list pods', '403 no');
  const unread = await gatherPod(
    clientFor(() => error),
    NAME,
    undefined,
  );
  assert.match(inShort(judgeSeen(unread, NAME)), /^failed .* cannot be read: list pods: 403 no/);
});

function shown(change: Partial<SeenCertificate>): TlsProbe {
  const certificate = { untrusted: 'x', notBefore: 0, notAfter: 1, names: 'DNS:mesh' };
  return {
    kind: 'connected',
    certificate: { ...certificate, selfSigned: true, isFor: () => true, ...change },
  };
}

const failing = (
  kind: 'no-connection' | 'no-tls',
  problem: 'refused' | 'timeout' | 'reset' | 'not-tls',
): TlsProbe => ({
  kind,
  problem,
  words: 'w',
});

const PORTS: readonly [what: string, TlsProbe, says: RegExp][] = [
  [
    'an init container of ours',
    shown({}),
    /^ok pod\.port: an init container of ours answers at 10\.0\.0\.1:50000$/,
  ],
  [
    'somebody of an authority',
    shown({ selfSigned: false }),
    /^failed .* something else speaks TLS at .* issued by some authority, for DNS:mesh/,
  ],
  [
    'somebody for another address',
    shown({ isFor: () => false }),
    /^failed .* something else speaks TLS at .* self-signed/,
  ],
  [
    'nobody',
    failing('no-connection', 'refused'),
    /^failed .* refuses connections \(w\) → look at its log/,
  ],
  [
    'silence',
    failing('no-connection', 'timeout'),
    /^failed .* does not answer at all \(w\) → look at network policies/,
  ],
  [
    'who hangs up',
    failing('no-tls', 'reset'),
    /^failed .* takes connections, but ends them \(w\) → look at service meshes/,
  ],
  [
    'who speaks something else',
    failing('no-tls', 'not-tls'),
    /^failed .* no TLS comes of them .* → let the annotation name/,
  ],
  ['who says nothing', failing('no-tls', 'timeout'), /^failed .* no TLS comes of them/],
];

for (const [what, probe, says] of PORTS) {
  test(`S13 a port where there is ${what}: ${says.source}`, () => {
    assert.match(inShort(judgePort({ ip: '10.0.0.1', port: 50_000, probe }, true)), says);
  });
}

test('from a laptop a port that cannot be reached is no fault yet', () => {
  const probe = failing('no-connection', 'timeout');
  const told = inShort(judgePort({ ip: 'fd00::1', port: 50_000, probe }, false));
  assert.match(
    told,
    /^warning pod\.port: from here, \[fd00::1\]:50000 does not answer.* → if the controller cannot/,
  );
});

const EVENTS = {
  items: [
    { reason: 'Pulled', message: 'an image', lastTimestamp: '2026-01-01T00:09:00Z' },
    {
      reason: 'VaultSecretFailed',
      message: 'late',
      lastTimestamp: '2026-01-01T00:02:00Z',
      count: 3,
    },
    { reason: 'VaultSecretFailed', message: 'early', lastTimestamp: '2026-01-01T00:01:00Z' },
  ],
};

test('the last of our Events is told, with its age', () => {
  const now = Date.parse('2026-01-01T00:04:00Z');
  const told = inShort(judgeLastEvent(lastOf(EVENTS), POD.facts(), now));
  assert.match(told, /^warning pod\.last-event: late \(told, 2m ago, 3 times\) → do as it says/);
  const delivered = { items: [{ reason: 'VaultSecretDelivered', message: 'done' }] };
  assert.equal(
    inShort(judgeLastEvent(lastOf(delivered), POD.facts(), now)),
    'ok pod.last-event: done (told)',
  );
  assert.match(inShort(judgeLastEvent(lastOf({}), POD.facts(), now)), /^ok .* nothing yet/);
  const unread = { kind: 'not-read', words: '403 no' } as const;
  assert.match(
    inShort(judgeLastEvent(unread, POD.facts(), now)),
    /^skipped .* kubectl describe pod -n shop web-1/,
  );
});
