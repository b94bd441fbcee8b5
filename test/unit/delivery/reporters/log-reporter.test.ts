import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Obstacle } from '../../../../src/delivery/policy/customer.ts';
import type { Reason } from '../../../../src/delivery/reason.ts';
import type { Report } from '../../../../src/delivery/report.ts';
import {
  explainInterception,
  explainNotFinished,
  explainObstacle,
  explainReason,
} from '../../../../src/delivery/reporters/explain.ts';
import { logReporter } from '../../../../src/delivery/reporters/log-reporter.ts';
import { createLogger } from '../../../../src/telemetry/logger.ts';
import { type Result, STATUS_OF } from '../../../../src/wire/answer.ts';
import { parseRoleName } from '../../../../src/wire/role-name.ts';
import { aCustomer } from '../../../support/delivery/customers.ts';
import { driveDelivery } from '../../../support/delivery/delivery-driver.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const WEB = parseRoleName('web') ?? assert.fail();

function logged(...reports: readonly Report[]): Record<string, unknown>[] {
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line) };
  const reporter = logReporter(createLogger({ level: 'debug', clock: virtualClock(), sink }));
  for (const report of reports) reporter.report(report);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('S14 the log line of a missing role names role, pod, Vault’s words, and what to do', () => {
  const typo = aCustomer().named('web-1').inNamespace('shop').asking('wbe');
  const drive = driveDelivery().acts().sees(typo).mintFails(typo, 'missing');
  const [waiting] = logged(...drive.reports('waiting'));
  assert.equal(waiting?.['level'], 'warn');
  assert.equal(waiting?.['pod'], 'shop/web-1');
  assert.equal(waiting?.['role'], 'wbe');
  assert.match(String(waiting?.['msg']), /"wbe".*Vault says missing/);
  assert.match(String(waiting?.['remedy']), /vault-approle/);
});

test('S5 what every pod goes through is worth a debug line, a mistake a warning', () => {
  const pod = aCustomer();
  const drive = driveDelivery().acts();
  drive.sees(pod.waiting(), pod.named('typo').withoutContainer());
  const lines = logged(...drive.reports('hindered'));
  assert.deepEqual(
    lines.map(({ level }) => level),
    ['debug', 'warn'],
  );
});

test('S11 the log line of a delivery has the accessor of the secret_id, and how long each step took', () => {
  const pod = aCustomer();
  const drive = driveDelivery().acts().sees(pod).advance(10);
  drive.mints(pod);
  drive.advance(10).answers(pod, 'exchanged').advance(10).sees(pod.ended(0));
  const [delivered] = logged(...drive.reports('delivered'));
  assert.equal(delivered?.['accessor'], 'accessor-1');
  const { minted, pushed, answered, delivered: whole } = delivered ?? {};
  assert.deepEqual([minted, pushed, answered, whole], [10, 20, 20, 30]);
});

const REASONS: readonly Reason[] = [
  { kind: 'vault-unavailable', problem: 'unavailable', words: 'sealed' },
  { kind: 'vault-unavailable', problem: 'token-invalid', words: 'permission denied' },
  { kind: 'role-missing', role: WEB, words: 'no such role' },
  { kind: 'role-denied', role: WEB, words: 'permission denied' },
  { kind: 'role-rejected', role: WEB, words: 'bind_secret_id is not set' },
  { kind: 'not-listening', address: '10.0.0.1:50000', words: 'ECONNREFUSED' },
  { kind: 'foreign-answer', status: 404, words: 'nothing here' },
  { kind: 'no-answer', address: '10.0.0.1:50000', words: 'ECONNRESET' },
  { kind: 'not-finished' },
  { kind: 'mint-limit' },
  { kind: 'address-shared', address: '10.0.0.1:50000' },
  ...(Object.keys(STATUS_OF) as Result[]).map(
    (result) => ({ kind: 'answered', result, words: 'its words' }) as const,
  ),
];

for (const reason of REASONS) {
  const what = reason.kind === 'answered' ? `the answer ${reason.result}` : reason.kind;
  test(`S14 S21 for ${what} a person is told what is the matter, in whose words, and what to do`, () => {
    const { message, remedy } = explainReason(reason);
    assert.ok(message.length > 10 && remedy.length > 5);
    if ('words' in reason) assert.ok(message.includes(reason.words));
    if ('role' in reason) assert.ok(message.includes(`"${reason.role}"`));
    if (reason.kind === 'answered' || reason.kind === 'foreign-answer') {
      assert.match(message, /the pod says "/, 'S18 a receiver’s words are marked as the pod’s');
    }
  });
}

const OBSTACLES: readonly Obstacle[] = [
  'mirror-pod',
  'no-approle-annotation',
  'no-init-container-annotation',
  'init-container-absent',
  'init-container-not-running',
  'no-ip',
  'unfit-ip',
  'bad-role-name',
  'bad-port',
  'not-authorized',
];

test('S5 every obstacle is explained, with its detail as it is, whatever stands in it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...OBSTACLES), fc.string(), (by, detail) => {
      const { message, remedy } = explainObstacle(by, detail);
      const plain = explainObstacle(by, '%').message;
      assert.ok(message === plain.replace('%', () => detail) && remedy.length > 5);
    }),
  );
});

test('S23 an interception is said as loudly as the log can, with what to look up', () => {
  const pod = aCustomer();
  const drive = driveDelivery().acts().sees(pod);
  drive.mints(pod);
  drive.answers(pod, 'token-gone').endTokenLookUp(true);
  const [line] = logged(...drive.reports('interception'));
  assert.equal(line?.['level'], 'error');
  assert.equal(line?.['accessor'], 'accessor-1');
  assert.match(String(line?.['msg']), /INTERCEPTION SUSPECTED/);
  for (const certainty of ['possible', 'delivered-but-not-seen-to-finish'] as const) {
    assert.ok(explainInterception(certainty).message.length > 20);
  }
});

test('S28 an init container that failed is told with its exit code', () => {
  assert.match(explainNotFinished(3).message, /exit code 3/);
  assert.match(explainNotFinished(undefined).message, /in time/);
});

test('S16 whatever stands in the annotations, only names that Vault could have are minted for', () => {
  const anyText = fc.option(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.constantFrom(
        'web',
        'WEB',
        '../web',
        'web/secret-id',
        'a..b',
        '.a',
        'x'.repeat(513),
        `a${'😀'.repeat(300)}`,
        '😀'.repeat(300),
      ),
    ),
    { nil: undefined },
  );
  fc.assert(
    fc.property(anyText, anyText, anyText, (approle, initContainer, initPort) => {
      const drive = driveDelivery().acts();
      const facts = { ...aCustomer().facts(), approle, initContainer, initPort };
      drive.step({ kind: 'pods', event: { kind: 'pod', facts } });
      for (const { role } of drive.asked('mint')) {
        assert.match(role, /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/);
        assert.ok(role.length <= 512 && !role.includes('/'));
      }
      for (const { msg } of logged(...drive.asked('report').map(({ report }) => report))) {
        assert.doesNotMatch(String(msg), /[\p{Cc}\p{Cf}\p{Cs}]/u);
      }
      drive.advance(60_000);
    }),
    { numRuns: 1_000 },
  );
});
