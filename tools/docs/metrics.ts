// Writes the table of docs/guide/metrics.md: `tools/node tools/docs/metrics.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { withMetricsTable } from './metrics-table.ts';

const page = new URL('../../docs/guide/metrics.md', import.meta.url);
writeFileSync(page, withMetricsTable(readFileSync(page, 'utf8')));
