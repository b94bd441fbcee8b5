import { type Finding, nameOf } from '../../../src/doctor/finding.ts';

/** `result check subject: reason → remedy`, as tests match it. */
export function inShort(finding: Finding): string {
  const { result, reason } = finding;
  const remedy = 'remedy' in finding ? ` → ${finding.remedy}` : '';
  return `${result} ${nameOf(finding)}: ${reason}${remedy}`;
}
