import { type Finding, hasFailed } from '../finding.ts';
import { countResults } from './count-results.ts';

/** Findings for a program: one JSON document. */
export function renderJson(findings: readonly Finding[]): string {
  const document = { ok: !hasFailed(findings), counts: countResults(findings), findings };
  return `${JSON.stringify(document, null, 2)}\n`;
}
