import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Obstacle } from '../../../../src/delivery/policy/customer.ts';
import type { Reason } from '../../../../src/delivery/reason.ts';
import type { Report } from '../../../../src/delivery/report.ts';
import { combineReporters } from '../../../../src/delivery/reporters/combine-reporters.ts';
import { eventReporter, noticeOf } from '../../../../src/delivery/reporters/event-reporter.ts';
import type { PodNotice } from '../../../../src/kube/events/pod-notice.ts';
import type { Result } from '../../../../src/wire/answer.ts';
import { parseRoleName } from '../../../../src/wire/role-name.ts';

const POD = {
  uid: 'u',
  namespace: 'shop',
  name: 'web-1',
  serviceAccount: 'web',
  ips: ['10.0.0.1'],
};
const role = parseRoleName('web') ?? assert.fail();

function hindered(by: Obstacle, detail = ''): Report {
  return { kind: 'hindered', pod: POD, by, detail };
}

function waiting(reason: Reason): Report {
  return { kind: 'waiting', pod: POD, role, reason };
}

function answered(result: Result, words: string): Report {
  return waiting({ kind: 'answered', result, words });
}

function vaultSays(problem: 'unreachable' | 'token-invalid'): Report {
  return waiting({ kind: 'vault-unavailable', problem, words: 'its words' });
}

function intercepted(certainty: Extract<Report, { kind: 'interception' }>['certainty']): Report {
  return { kind: 'interception', certainty, pod: POD, role, accessor: 'a' };
}

const FAILED: readonly [what: string, Report, message: RegExp, urgency: PodNotice['urgency']][] = [
  [
    'S14 a role that Vault does not have',
    waiting({ kind: 'role-missing', role, words: 'role "web" does not exist' }),
    /^Vault has no AppRole "web" \(role "web" does not exist\): make it, or correct the annotation/,
    'usual',
  ],
  [
    'S14 a policy that denies the role',
    waiting({ kind: 'role-denied', role, words: 'permission denied' }),
    /does not let the controller mint for "web".*: let the controller's policy update auth/,
    'usual',
  ],
  [
    'S9 a role that no rule allows',
    hindered('not-authorized', 'web'),
    /^No authorization rule lets this pod have the role "web": add a rule for its namespace/,
    'usual',
  ],
  [
    'S5 an annotation that names no init container of the pod',
    hindered('init-container-absent', 'instal'),
    /names the init container "instal", which the pod does not have: let pod\.boostport/,
    'usual',
  ],
  [
    'an init container that cannot reach Vault',
    answered('vault-unreachable', 'https://vault:8200: ECONNREFUSED'),
    /the pod says "https:\/\/vault:8200: ECONNREFUSED": look at the way from the pod to Vault/,
    'usual',
  ],
  [
    'a role_id that does not fit',
    answered('login-refused', 'invalid role or secret ID'),
    /login-refused: the pod says .*: compare VAULT_ROLE_ID/,
    'usual',
  ],
  [
    'an init container that nobody reaches',
    waiting({ kind: 'not-listening', address: '10.0.0.1:50000', words: 'no connection in time' }),
    /^Nothing can be reached at 10\.0\.0\.1:50000 .*: look at the init container, and at network/,
    'patient',
  ],
  ['a Vault that is away', vaultSays('unreachable'), /^Vault cannot be asked/, 'patient'],
  ['a dead token', vaultSays('token-invalid'), /no longer accepts the controller's/, 'usual'],
  [
    'a suspected interception',
    intercepted('suspected'),
    /^INTERCEPTION SUSPECTED: .*: look its accessor up in the audit log of Vault$/,
    'urgent',
  ],
  ['a possible interception', intercepted('possible'), /^Interception possible/, 'urgent'],
  [
    'a push that nobody proved to have used',
    intercepted('delivered-but-not-seen-to-finish'),
    /^Delivered but not seen to finish/,
    'urgent',
  ],
  [
    'an init container that failed',
    { kind: 'not-finished', pod: POD, role, exitCode: 1 },
    /^The init container ended with exit code 1: look at the init container's log$/,
    'usual',
  ],
];

for (const [what, report, message, urgency] of FAILED) {
  test(`${what} is a VaultSecretFailed that says what to do`, () => {
    const notice = noticeOf(report) ?? assert.fail();
    assert.deepEqual([notice.type, notice.reason], ['Warning', 'VaultSecretFailed']);
    assert.match(notice.message, message);
    assert.equal(notice.urgency, urgency);
    assert.equal(notice.pod, POD);
  });
}

test('different failures of a pod have different topics', () => {
  const topics = FAILED.map(([, report]) => noticeOf(report)?.topic);
  // Of Vault's own problems there is one at a time.
  assert.equal(new Set(topics).size, FAILED.length - 1);
});

test('a delivery is a VaultSecretDelivered with the time that it took', () => {
  const times = { minted: 5, pushed: 20, answered: 300, delivered: 340 };
  const report: Report = {
    kind: 'delivered',
    pod: POD,
    role,
    accessor: 'an-accessor',
    containerStartedAt: undefined,
    times,
  };
  const notice = noticeOf(report) ?? assert.fail();
  assert.deepEqual([notice.type, notice.reason], ['Normal', 'VaultSecretDelivered']);
  assert.match(notice.message, /role "web" was delivered, 340ms after the init container/);
});

const SILENT: readonly [what: string, Report][] = [
  ['a pod that starts', hindered('init-container-not-running', 'install')],
  ['a pod without an IP yet', hindered('no-ip')],
  ['another push under way', answered('busy', '')],
  ['a push after success', answered('done', '')],
  ['a mint', { kind: 'minted', pod: POD, role, accessor: undefined }],
  ['a failed mint, whose reason is told', { kind: 'mint-failed', pod: POD, role, words: 'w' }],
  ['a push', { kind: 'pushed', pod: POD, role }],
  ['what concerns no pod', { kind: 'role-accepted', role }],
  [
    'a container that ends late, which waits and is told so',
    { kind: 'not-finished', pod: POD, role, exitCode: undefined },
  ],
];

for (const [what, report] of SILENT) {
  test(`${what} is no Event`, () => {
    assert.equal(noticeOf(report), undefined);
  });
}

test('every reporter is told, and the one for Events writes those that are one', () => {
  const written: PodNotice[] = [];
  const told: Report[] = [];
  const reporter = combineReporters(
    eventReporter((notice) => void written.push(notice)),
    { report: (report) => void told.push(report) },
  );
  reporter.report(intercepted('suspected'));
  reporter.report({ kind: 'role-accepted', role });
  assert.equal(told.length, 2);
  assert.equal(written.length, 1);
});
