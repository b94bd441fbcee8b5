import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Finding } from '../../../src/doctor/finding.ts';
import { judgeApiServer } from '../../../src/doctor/kubernetes/api-server.ts';
import { gatherElection, judgeElection } from '../../../src/doctor/kubernetes/election.ts';
import { gatherIdentity, judgeIdentity } from '../../../src/doctor/kubernetes/identity.ts';
import {
  judgeRight,
  reviewRight,
  rightsOfController,
} from '../../../src/doctor/kubernetes/rights.ts';
import { judgeLastEvent, lastOf } from '../../../src/doctor/pods/last-event.ts';
import { gatherPod } from '../../../src/doctor/pods/one-pod.ts';
import { judgeSteps } from '../../../src/doctor/pods/pod-steps.ts';
import { judgeHealth } from '../../../src/doctor/vault/health.ts';
import { podScope } from '../../../src/kube/pod-scope.ts';
import { aCustomer } from '../../support/delivery/customers.ts';
import { inShort } from '../../support/doctor/findings.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 300 });
const anyJson = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });

/** What is printed must be printable, and must not fill the screen. */
function isFit(finding: Finding): void {
  const told = inShort(finding);
  assert.doesNotMatch(told, /[\p{Cc}\p{Cf}\p{Cs}]/u);
  assert.ok(told.length < 2_000, told);
}

/** Objects that have the fields which are read, with anything in them. */
function anyWith(...names: string[]): fc.Arbitrary<unknown> {
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      anyText,
      anyJson,
      fc.record(Object.fromEntries(names.map((name) => [name, tie('node')])), { requiredKeys: [] }),
      fc.array(tie('node'), { maxLength: 3 }),
    ),
  }));
  return node;
}

const client = (answer: unknown) => ({
  json: async () => answer,
  stream: () => assert.fail('nothing is streamed'),
  close: () => {},
});

test('S18 whatever a server says of its health and version, it is told fit to be read', () => {
  const anyBody = fc.oneof(
    anyText,
    anyWith('initialized', 'sealed', 'standby', 'version', 'gitVersion').map(
      (value) => JSON.stringify(value) ?? '',
    ),
    fc
      .record({ initialized: fc.boolean(), sealed: fc.boolean(), version: anyText })
      .map((it) => JSON.stringify(it)),
    fc.record({ gitVersion: anyText }).map((it) => JSON.stringify(it)),
  );
  fc.assert(
    fc.property(anyBody, fc.nat(599), (body, status) => {
      const probe = { kind: 'answered', status, body, certificate: undefined, skewMs: 0 } as const;
      judgeHealth('https://vault', probe, undefined, 0).forEach(isFit);
      const facts = { kind: 'probed', origin: 'https://api', probe, unverified: false } as const;
      judgeApiServer(facts, 0).forEach(isFit);
    }),
  );
});

test('S18 whatever the API server answers to reviews and lists, it is told fit to be read', async () => {
  const answers = anyWith(
    'status',
    'userInfo',
    'username',
    'allowed',
    'evaluationError',
    'items',
    'reason',
    'message',
    'lastTimestamp',
    'count',
  );
  const own = { serviceNamespace: 'kv', service: 'kv' };
  const [right = assert.fail()] = rightsOfController({ kind: 'one', name: 'shop' }, own);
  await fc.assert(
    fc.asyncProperty(answers, async (answer) => {
      const speaker = { as: undefined, isAnother: true };
      isFit(judgeIdentity(await gatherIdentity(client(answer)), speaker));
      isFit(judgeRight(right, await reviewRight(client(answer), right)));
      isFit(judgeLastEvent(lastOf(answer), aCustomer().facts(), 0));
    }),
  );
});

test('S18 whatever stands in the Lease, who leads is told fit to be read', async () => {
  const anyTime = fc.oneof(
    anyText,
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  );
  const spec = fc.record(
    { holderIdentity: anyText, acquireTime: anyTime, renewTime: anyTime },
    { requiredKeys: [] },
  );
  const own = { serviceNamespace: 'kv', service: 'kv' };
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.record({ spec }), anyWith('spec')), async (answer) => {
      const clock = virtualClock();
      const gathering = gatherElection(client(answer), own, clock);
      await clock.advanceAsync(10_000);
      isFit(judgeElection(await gathering, own, clock.wallClock()));
    }),
  );
});

test('S18 whatever stands in a pod, its steps are told fit to be read', async () => {
  const anyPod = fc.record({
    metadata: fc.record({
      uid: fc.constant('u'),
      name: fc.constant('n'),
      namespace: fc.constant('shop'),
      annotations: fc.record(
        {
          'pod.boostport.com/vault-approle': anyText,
          'pod.boostport.com/vault-init-container': anyText,
          'pod.boostport.com/vault-init-port': anyText,
        },
        { requiredKeys: [] },
      ),
    }),
    spec: anyWith('initContainers', 'name', 'ports'),
    status: anyWith(
      'initContainerStatuses',
      'name',
      'state',
      'waiting',
      'running',
      'reason',
      'message',
      'podIP',
      'podIPs',
    ),
  });
  const options = { authorization: [], allowLoopback: false };
  await fc.assert(
    fc.asyncProperty(anyPod, async (pod) => {
      const name = { namespace: 'shop', name: 'n' };
      const found = await gatherPod(client({ items: [pod] }), name, undefined);
      assert.ok(found.kind === 'found');
      const scope = podScope({ kind: 'one', name: 'shop' });
      judgeSteps(found, scope, options, 0).forEach(isFit);
    }),
  );
});
