/** Writes the column of docs/scenarios.md that says which tests prove a scenario: `tools/node tools/docs/scenarios.ts`. */
import { writeFileSync } from 'node:fs';
import { readScenarios, SCENARIOS, withTests } from './scenario-table.ts';

writeFileSync(SCENARIOS, withTests(readScenarios()));
