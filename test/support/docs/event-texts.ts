import { isExpected, type Obstacle } from '../../../src/delivery/policy/customer.ts';
import type { Reason } from '../../../src/delivery/reason.ts';
import type { PodRef, Report } from '../../../src/delivery/report.ts';
import { noticeOf } from '../../../src/delivery/reporters/event-reporter.ts';
import type { Result } from '../../../src/wire/answer.ts';
import { parseRoleName, type RoleName } from '../../../src/wire/role-name.ts';

/** Stands in a guide for what differs from case to case. */
export const ELLIPSIS = '…';

const pod: PodRef = { uid: 'u', namespace: 'shop', name: 'web', serviceAccount: 'web', ips: [] };
const role = parseRoleName('web') as RoleName;
const words = ELLIPSIS;
const address = '10.1.2.3:50000';

/** What an obstacle is about, as a guide names it; a kind that is missing here does not compile. */
const DETAILS: Readonly<Record<Obstacle, string>> = {
  'mirror-pod': '',
  'no-approle-annotation': '',
  'no-init-container-annotation': '',
  'init-container-absent': 'install',
  'init-container-not-running': 'install',
  'no-ip': '',
  'unfit-ip': ELLIPSIS,
  'bad-role-name': 'no role',
  'bad-port': '99',
  'not-authorized': 'web',
};

const REASONS: Readonly<Record<Reason['kind'], readonly Reason[]>> = {
  'vault-unavailable': [
    { kind: 'vault-unavailable', problem: 'unavailable', words },
    { kind: 'vault-unavailable', problem: 'token-invalid', words },
  ],
  'role-missing': [{ kind: 'role-missing', role, words }],
  'role-denied': [{ kind: 'role-denied', role, words }],
  'role-rejected': [{ kind: 'role-rejected', role, words }],
  'not-listening': [{ kind: 'not-listening', address, words }],
  answered: answers(),
  'foreign-answer': [{ kind: 'foreign-answer', status: 404, words }],
  'no-answer': [{ kind: 'no-answer', address, words }],
  'not-finished': [{ kind: 'not-finished' }],
  'mint-limit': [{ kind: 'mint-limit' }],
  'address-shared': [{ kind: 'address-shared', address }],
};

/** `exchanged` is never a reason to wait. */
function answers(): Reason[] {
  const results: Readonly<Record<Exclude<Result, 'exchanged'>, true>> = {
    'bad-push': true,
    'pin-mismatch': true,
    busy: true,
    done: true,
    'token-gone': true,
    'login-refused': true,
    'vault-unreachable': true,
    'write-failed': true,
  };
  return (Object.keys(results) as Result[]).map((result) => ({ kind: 'answered', result, words }));
}

const CERTAINTIES: Readonly<Record<Extract<Report, { kind: 'interception' }>['certainty'], true>> =
  { suspected: true, possible: true, 'delivered-but-not-seen-to-finish': true };

function reports(): Report[] {
  const obstacles = (Object.keys(DETAILS) as Obstacle[]).filter((by) => !isExpected(by));
  const certainties = Object.keys(CERTAINTIES) as (keyof typeof CERTAINTIES)[];
  const times = { minted: 8, pushed: 30, answered: 55, delivered: 61 };
  const known = { pod, role, accessor: undefined };
  return [
    { kind: 'delivered', ...known, containerStartedAt: undefined, times },
    { kind: 'not-finished', pod, role, exitCode: 1 },
    ...obstacles.map((by): Report => ({ kind: 'hindered', pod, by, detail: DETAILS[by] })),
    ...Object.values(REASONS)
      .flat()
      .map((reason): Report => ({ kind: 'waiting', pod, role, reason })),
    ...certainties.map((certainty): Report => ({ kind: 'interception', certainty, ...known })),
  ];
}

/** Every Event that there can be, as `TYPE REASON MESSAGE`, with sample names. */
export function eventTexts(): string[] {
  const notices = reports().flatMap((report) => noticeOf(report) ?? []);
  return notices.map(({ type, reason, message }) => `${type} ${reason} ${message}`);
}
