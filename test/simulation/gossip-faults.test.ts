import { test } from 'node:test';
import { assertShown } from '../support/planted-fault/planted-fault.ts';
import { FAULTS } from './gossip/faults/faults.ts';

const TESTS = {
  simulation: new URL('gossip.test.ts', import.meta.url),
  scripts: new URL('../unit/gossip/golden.test.ts', import.meta.url),
};

for (const { title, shownBy, ...fault } of FAULTS) {
  test(`the proofs of gossip show a member that ${title}`, () => {
    assertShown(fault, TESTS[shownBy ?? 'simulation'], { SEEDS: '20', STORIES: '20' });
  });
}
