import { test } from 'node:test';
import { assertShown } from '../support/planted-fault/planted-fault.ts';
import { FAULTS } from './cluster/faults.ts';

const TESTS = {
  simulation: new URL('cluster.test.ts', import.meta.url),
  scripts: new URL('../unit/election/raft/cluster/golden.test.ts', import.meta.url),
};
const SEEDS = '8';

for (const fault of FAULTS) {
  test(`the proofs of the cluster show a controller that ${fault.title}`, () => {
    assertShown(fault, TESTS[fault.shownBy ?? 'simulation'], { SEEDS });
  });
}
