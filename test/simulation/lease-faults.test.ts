import { test } from 'node:test';
import { assertShown } from '../support/planted-fault/planted-fault.ts';
import { FAULTS } from './lease/faults.ts';

const TESTS = {
  simulation: new URL('lease.test.ts', import.meta.url),
  scripts: new URL('../unit/election/lease/golden.test.ts', import.meta.url),
  terms: new URL('../unit/election/lease/terms.test.ts', import.meta.url),
};
const SEEDS = '80';

for (const fault of FAULTS) {
  test(`the proofs of the Lease election show a controller that ${fault.title}`, () => {
    assertShown(fault, TESTS[fault.shownBy ?? 'simulation'], { SEEDS });
  });
}
