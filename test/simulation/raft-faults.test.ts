import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FAULTS, type Fault } from './raft/faults/faults.ts';

const PLANT = new URL('raft/faults/plant-fault.ts', import.meta.url).href;
const TESTS = {
  simulation: new URL('raft.test.ts', import.meta.url),
  scripts: new URL('../unit/raft/core/golden.test.ts', import.meta.url),
};

/** What may be set for the tests around it is not meant for those within. */
const ALONE = { SEED: undefined, UPDATE_GOLDEN: undefined, NODE_TEST_CONTEXT: undefined };

/** What the tests say with the fault planted, and how they end. */
function runWith({ title, shownBy }: Fault): {
  output: string;
  status: number | null;
} {
  const args = ['--import', PLANT, fileURLToPath(TESTS[shownBy ?? 'simulation'])];
  const env = { ...process.env, FAULT: title, SEEDS: '40', ...ALONE };
  const { stdout, status } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  return { output: stdout, status };
}

for (const fault of FAULTS) {
  test(`the proofs of Raft show a server that ${fault.title}`, () => {
    const { output, status } = runWith(fault);
    assert.equal(status, 1, output);
    assert.match(output, /ERR_ASSERTION/);
  });
}
