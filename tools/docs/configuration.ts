// Writes the generated parts of docs/guide/configuration.md: `tools/node tools/docs/configuration.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { withGeneratedParts } from './configuration-parts.ts';

const page = new URL('../../docs/guide/configuration.md', import.meta.url);
writeFileSync(page, withGeneratedParts(readFileSync(page, 'utf8')));
