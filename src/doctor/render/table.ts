import { styleText } from 'node:util';
import { type Finding, nameOf } from '../finding.ts';
import { countResults } from './count-results.ts';

const MARKS: Readonly<Record<Finding['result'], string>> = {
  ok: '✓',
  warning: '!',
  failed: '✗',
  skipped: '–',
};

const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'gray' } as const;

/** Longer names of checks push their reason to the right. */
const WIDEST = 40;

/** Findings for a person at a terminal: a line each, and one below it that says what to do. */
export function renderTable(
  findings: readonly Finding[],
  { headline, colours }: { readonly headline: string | undefined; readonly colours: boolean },
): string {
  const width = Math.min(WIDEST, Math.max(0, ...findings.map((one) => nameOf(one).length)));
  const paint = (finding: Finding, text: string) =>
    colours ? styleText(COLOURS[finding.result], text, { validateStream: false }) : text;
  const lines = findings.flatMap((finding) => {
    const head = `${paint(finding, MARKS[finding.result])} ${nameOf(finding).padEnd(width)}  `;
    const first = `${head}${finding.reason}`;
    if (!('remedy' in finding)) return [first];
    return [first, `${' '.repeat(width + 4)}→ ${finding.remedy}`];
  });
  const all = headline === undefined ? lines : [headline, '', ...lines];
  return `${[...all, '', inWords(findings)].join('\n')}\n`;
}

function inWords(findings: readonly Finding[]): string {
  const { failed, warning, ok, skipped } = countResults(findings);
  const warnings = warning === 1 ? '1 warning' : `${warning} warnings`;
  const rest = skipped === 0 ? '' : `, ${skipped} not looked at`;
  return `${failed} failed, ${warnings}, ${ok} ok${rest}`;
}
