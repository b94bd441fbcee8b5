import { createMetrics } from '../../src/telemetry/metrics/metrics.ts';
import { replacePart } from './replace-part.ts';

const USAGE = { residentBytes: () => 0, cpuSeconds: () => 0, openFiles: () => 0, startedAt: 0 };

/** Every metric that the controller has. */
export function listedMetrics() {
  return createMetrics({ version: '', runtime: '' }, USAGE).list;
}

/** The page with its table as the code of today would write it. */
export function withMetricsTable(page: string): string {
  const rows = listedMetrics().map(({ name, type, labels, help }) => {
    const kind = labels.length === 0 ? type : `${type} (${labels.join(', ')})`;
    return `| \`${name}\` | ${kind} | ${help.replaceAll('|', '\\|')} |`;
  });
  const table = ['| name | type (labels) | meaning |', '|---|---|---|', ...rows];
  return replacePart(page, 'metrics', `${table.join('\n')}\n`);
}
