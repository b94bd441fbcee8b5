// Writes the commands of docs/guide/quick-start.md: `tools/node tools/docs/quick-start.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { withSteps } from './quick-start-steps.ts';

const page = new URL('../../docs/guide/quick-start.md', import.meta.url);
writeFileSync(page, withSteps(readFileSync(page, 'utf8')));
