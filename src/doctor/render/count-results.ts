import type { Finding } from '../finding.ts';

/** How many findings have each result. */
export function countResults(findings: readonly Finding[]): Record<Finding['result'], number> {
  const counts = { ok: 0, warning: 0, failed: 0, skipped: 0 };
  for (const { result } of findings) counts[result] += 1;
  return counts;
}
