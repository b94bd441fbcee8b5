import type { Finding } from '../finding.ts';

/** What is wrong first, or, where nothing is, what should be known first; in the order of the steps. */
export function headline(subject: string, findings: readonly Finding[]): string {
  const first =
    findings.find(({ result }) => result === 'failed') ??
    findings.find(({ result }) => result === 'warning');
  if (first === undefined) return `${subject}: nothing is wrong`;
  const remedy = 'remedy' in first ? `\n  → ${first.remedy}` : '';
  const degree = first.result === 'failed' ? '' : 'nothing is wrong, but ';
  return `${subject}: ${degree}${first.check}: ${first.reason}${remedy}`;
}
