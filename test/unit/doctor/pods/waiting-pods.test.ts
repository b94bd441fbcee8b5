import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileGlob } from '../../../../src/base/pattern.ts';
import { gatherPods, judgePods, rolesOfWaiting } from '../../../../src/doctor/pods/waiting-pods.ts';
import { FinalKubeError } from '../../../../src/kube/api/kube-error.ts';
import type { ListQuery } from '../../../../src/kube/reflector/messages.ts';
import { aCustomer, type CustomerBuilder } from '../../../support/delivery/customers.ts';
import { inShort } from '../../../support/doctor/findings.ts';

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
