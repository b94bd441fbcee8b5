import type { Finding } from '../../src/doctor/finding.ts';

/** `result check subject: reason → remedy`, as tests match it. */
export function inShort(finding: Finding): string {
  const { result, check, subject, reason } = finding;
  const remedy = 'remedy' in finding ? ` → ${finding.remedy}` : '';
  return `${result} ${check}${subject === undefined ? '' : ` ${subject}`}: ${reason}${remedy}`;
}
