import type { Figure, Line, Spread, Target } from './figure.ts';

const HEAD = ['', 'kubernetes-vault', 'floor', 'ratio', 'target', ''];
/** The floor's own, and the ratio to it. */
const FLOOR_COLUMNS = [2, 3];
const VERDICT: Readonly<Record<Line['verdict'], string>> = {
  met: 'met',
  missed: '**missed**',
  wrong: '**wrong**',
  none: '',
};

/** The lines as a Markdown table whose columns are aligned, so that it reads well in a terminal too. */
export function table(lines: readonly Line[]): string {
  const hasFloor = lines.some(({ floor }) => floor !== undefined);
  const rows = lines.map(({ figure, floor, ours, ratio, verdict }) => [
    figure.label,
    spreadText(ours, figure),
    spreadText(floor, figure),
    figure.target?.kind === 'zero' ? '' : ratioText(ratio),
    targetText(figure.target, figure),
    VERDICT[verdict],
  ]);
  const isShown = (column: number) => hasFloor || !FLOOR_COLUMNS.includes(column);
  const all = [HEAD, ...rows].map((row) => row.filter((_, column) => isShown(column)));
  const widths = (all[0] ?? []).map((_, column) =>
    Math.max(3, ...all.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [head = [], ...body] = all;
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** Three digits that matter, which is more than most runs agree on. */
export function number(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

function spreadText(spread: Spread | undefined, { unit }: Figure): string {
  if (spread === undefined) return '–';
  const { value, least, most } = spread;
  const range = least === most ? '' : ` (${number(least)} to ${number(most)})`;
  return `${number(value)} ${unit}${range}`;
}

function ratioText(ratio: Spread | undefined): string {
  return ratio === undefined ? '–' : `${ratio.value.toFixed(2)}×`;
}

function targetText(target: Target | undefined, { unit }: Figure): string {
  if (target === undefined) return '';
  if (target.kind === 'zero') return `0 ${unit}`;
  if (target.kind === 'times-floor') return `≤ ${target.atMost}× the floor`;
  const inEach = target.kind === 'every-run' ? ' in every run' : '';
  return `≤ ${target.atMost} ${unit}${inEach}`;
}
