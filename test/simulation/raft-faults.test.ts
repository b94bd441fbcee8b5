import { test } from 'node:test';
import { assertShown } from '../support/planted-fault/planted-fault.ts';
import { FAULTS } from './raft/faults/faults.ts';

const TESTS = {
  simulation: new URL('raft.test.ts', import.meta.url),
  scripts: new URL('../unit/raft/core/golden.test.ts', import.meta.url),
};

for (const { title, shownBy, ...fault } of FAULTS) {
  test(`the proofs of Raft show a server that ${title}`, () => {
    assertShown(fault, TESTS[shownBy ?? 'simulation'], { SEEDS: '40' });
  });
}
