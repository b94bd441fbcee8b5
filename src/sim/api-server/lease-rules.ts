import { isRecord } from '../json.ts';
import { invalid } from './api-error.ts';
import { KINDS } from './kinds.ts';
import type { ObjectInput } from './object.ts';

/** Go's layout `2006-01-02T15:04:05.000000Z07:00`: no digit more, and none fewer. */
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;
const TIMES = ['renewTime', 'acquireTime'];

/** What keeps a Lease from being read at all, if anything does. */
export function unreadableLease({ spec }: ObjectInput): string | undefined {
  if (!isRecord(spec)) return undefined;
  const wrong = TIMES.map((field) => spec[field] ?? undefined).find(
    (time) => time !== undefined && !(typeof time === 'string' && MICRO_TIME.test(time)),
  );
  if (wrong === undefined) return undefined;
  return `parsing time ${JSON.stringify(wrong)} as "2006-01-02T15:04:05.000000Z07:00"`;
}

/** @throws ApiError 422, as pkg/apis/coordination/validation has it */
export function checkLease(name: string, { spec }: ObjectInput): void {
  const { leaseDurationSeconds, leaseTransitions } = isRecord(spec) ? spec : {};
  const refuse = (field: string, value: unknown, problem: string) => {
    const words = `Invalid value: ${JSON.stringify(value)}: ${problem}`;
    return invalid(KINDS.leases, name, `spec.${field}`, words);
  };
  if (Number(leaseDurationSeconds ?? 1) <= 0) {
    throw refuse('leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0');
  }
  if (Number(leaseTransitions ?? 0) < 0) {
    throw refuse('leaseTransitions', leaseTransitions, 'must be greater than or equal to 0');
  }
}
