// Writes the values.schema.json of the chart: `tools/node tools/chart/write-values-schema.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { valuesSchema } from './values-schema.ts';

const chart = new URL('../../deploy/helm/kubernetes-vault/', import.meta.url);
const schema = valuesSchema(readFileSync(new URL('values.yaml', chart), 'utf8'));
writeFileSync(new URL('values.schema.json', chart), `${JSON.stringify(schema, null, 2)}\n`);
