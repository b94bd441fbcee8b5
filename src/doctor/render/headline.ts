import { type Finding, nameOf } from '../finding.ts';

/** What is wrong first with a pod, or, where nothing is, what should be known; in the order of the steps. */
export function headline(pod: string, findings: readonly Finding[]): string {
  const first =
    findings.find(({ result }) => result === 'failed') ??
    findings.find(({ result }) => result === 'warning');
  if (first === undefined) return `${pod}: nothing is wrong${advice(findings)}`;
  const remedy = 'remedy' in first ? `\n  → ${first.remedy}` : '';
  const degree = first.result === 'failed' ? '' : 'nothing is wrong, but ';
  return `${pod}: ${degree}${nameOf(first)}: ${first.reason}${remedy}`;
}

/** Of a pod that is served its port is not looked at. */
function advice(findings: readonly Finding[]): string {
  if (!findings.some(({ check }) => check === 'pod.port')) return '';
  const known = findings.some((one) => one.check === 'kubernetes.election' && one.result === 'ok');
  const where = known
    ? 'at the log of the controller that leads'
    : 'whether the controller runs, and at its log';
  return `; if it waits all the same, look ${where}`;
}
