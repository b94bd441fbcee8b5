import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileGlob } from '../../../../src/base/pattern.ts';
import type { OnePodFacts } from '../../../../src/doctor/pods/one-pod.ts';
import { judgeSteps } from '../../../../src/doctor/pods/pod-steps.ts';
import { podScope } from '../../../../src/kube/pod-scope.ts';
import { aCustomer, type CustomerBuilder } from '../../../support/delivery/customers.ts';
import { inShort } from '../../../support/doctor/findings.ts';

const RULES = [
  { approles: [compileGlob('web')], namespaces: [compileGlob('shop')], hostNetwork: false },
];
const OPTIONS = { authorization: RULES, allowLoopback: false };
const POD = aCustomer();
const STARTED = Date.parse('2026-01-01T00:01:00Z');
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
