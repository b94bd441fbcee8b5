import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judge, type Obstacle } from '../../../../src/delivery/policy/customer.ts';
import { aCustomer, type CustomerBuilder } from '../../../support/delivery/customers.ts';

const OPTIONS = { authorization: undefined, allowLoopback: false };
const POD = aCustomer();

const CUSTOMERS: readonly [what: string, pod: CustomerBuilder][] = [
  ['S5 a pod whose init container runs', POD],
  [
    'S8 one whose init container runs again while its phase is Running',
    POD.inPhase('Running').restarted(0),
  ],
  ['S8 one whose init container has no container id yet', POD.runningWithoutId()],
  ['S8 a native sidecar that is not started yet', POD.asSidecar(false)],
  ['S8 a native sidecar that runs again beside its app', POD.asSidecar(false).inPhase('Running')],
  ['S5 one with an IPv6 address', POD.at('fd00::1')],
  ['S5 one with its own port', POD.onPort('50001')],
  ['S5 one on its node’s network', POD.onHostNetwork()],
];

for (const [what, pod] of CUSTOMERS) {
  test(`${what} is a customer`, () => {
    assert.equal(judge(pod.facts(), OPTIONS).kind, 'customer');
  });
}

const NOTHING: readonly [what: string, pod: CustomerBuilder][] = [
  [
    'S5 a pod without any of the annotations',
    POD.asking(undefined).naming(undefined).withoutContainer(),
  ],
  ['S5 a pod that is being deleted', POD.deleting()],
  ['S5 a pod that has ended', POD.inPhase('Succeeded')],
  ['S5 a pod that has failed', POD.inPhase('Failed').ended(1)],
  ['S12 a pod whose init container ended well', POD.ended(0)],
  ['S3 a running pod whose init container ended well', POD.inPhase('Running').ended(0)],
  ['S8 a native sidecar that is started', POD.asSidecar(true)],
  [
    'S3 a running pod that names no container of its own',
    POD.inPhase('Running').withoutContainer(),
  ],
];

for (const [what, pod] of NOTHING) {
  test(`${what} is nothing to remember`, () => {
    assert.deepEqual(judge(pod.facts(), OPTIONS), { kind: 'nothing' });
  });
}

const HINDERED: readonly [by: Obstacle, what: string, pod: CustomerBuilder][] = [
  ['no-approle-annotation', 'S5 names an init container only', POD.asking(undefined)],
  [
    'no-init-container-annotation',
    'S5 names an AppRole only',
    POD.naming(undefined).withoutContainer(),
  ],
  [
    'init-container-absent',
    'S5 names an init container that it does not have',
    POD.withoutContainer(),
  ],
  ['init-container-not-running', 'S5 has its init container still to start', POD.waiting()],
  ['init-container-not-running', 'S5 has an init container that failed', POD.ended(1)],
  ['no-ip', 'S5 has no IP yet', POD.at()],
  ['unfit-ip', 'S5 has a loopback address', POD.at('127.0.0.1')],
  ['unfit-ip', 'S5 has the cloud’s metadata address', POD.at('169.254.169.254')],
  ['unfit-ip', 'S5 has an address that is none', POD.at('evil.example')],
  ['unfit-ip', 'S5 has a loopback address in IPv6 clothes', POD.at('::ffff:127.0.0.1')],
  ['mirror-pod', 'S9 is a mirror pod', POD.mirrored()],
  ['bad-role-name', 'S16 has a path for a role', POD.asking('../../sys/seal')],
  ['bad-role-name', 'S16 has an empty role', POD.asking('')],
  ['bad-role-name', 'S16 has a role too long for Vault', POD.asking('r'.repeat(513))],
  ['bad-port', 'S5 names a port that is not declared', POD.onPort('50001', [50_002])],
  ['bad-port', 'S5 names a privileged port', POD.onPort('443')],
  ['bad-port', 'S5 names a port that is none', POD.onPort('70000', [70_000])],
  ['bad-port', 'S5 names a port in words', POD.onPort('1e4', [10_000])],
];

for (const [by, what, pod] of HINDERED) {
  test(`a pod that ${what} is hindered by ${by}`.replace(/^(.*?)(S\d+) /, '$2 $1'), () => {
    const judgement = judge(pod.facts(), OPTIONS);
    assert.equal(judgement.kind, 'hindered');
    assert.equal(judgement.kind === 'hindered' && judgement.by, by);
  });
}

test('S9 a role that is asked for in capitals is judged, and minted for, in Vault’s spelling', () => {
  const judgement = judge(POD.asking('WEB').facts(), OPTIONS);
  assert.equal(judgement.kind === 'customer' && judgement.customer.role, 'web');
});

test('S16 any annotation text whatever leads to a judgement, with a detail fit for people', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 700 }),
    fc.constantFrom('__proto__', 'constructor', '%s%n', '$&'),
  );
  const optional = fc.option(anyText, { nil: undefined });
  fc.assert(
    fc.property(optional, optional, optional, (approle, initContainer, initPort) => {
      const facts = { ...POD.facts(), approle, initContainer, initPort };
      const judgement = judge(facts, OPTIONS);
      if (judgement.kind === 'customer') {
        assert.match(judgement.customer.role, /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/);
        assert.ok(judgement.customer.role.length <= 512);
        assert.equal(judgement.customer.port, 50_000);
      }
      if (judgement.kind === 'hindered') {
        assert.ok(judgement.detail.length <= 200);
        assert.doesNotMatch(judgement.detail, /[\p{Cc}\p{Cf}\p{Cs}]/u);
      }
    }),
    { numRuns: 2_000 },
  );
});
