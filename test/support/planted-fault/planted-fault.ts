import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A rule that is left out on purpose: what stands in a file of the project, and what instead. */
export interface PlantedFault {
  /** From the project's folder, as `src/gossip/core/gone.ts`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** With a fault there may be no end, of time or of memory. */
const MOST_MS = 120_000;
const MOST_MEGABYTES = 512;

/** What may be set for the tests around it is not meant for those within. */
const ALONE = {
  SEED: undefined,
  FIRST_SEED: undefined,
  UPDATE_GOLDEN: undefined,
  NODE_TEST_CONTEXT: undefined,
};

const PLANT = new URL('plant.ts', import.meta.url).href;

/**
 * Runs the tests of a file with the fault planted, in a process of its own, and asserts that one of
 * their assertions fails: tests that pass with a fault prove nothing of it. The first that fails
 * ends them.
 */
export function assertShown(
  fault: PlantedFault,
  tests: URL,
  environment: Readonly<Record<string, string>> = {},
): void {
  const limit = `--max-old-space-size=${MOST_MEGABYTES}`;
  const args = [limit, '--import', PLANT, fileURLToPath(tests)];
  const planted = { PLANTED_FAULT: JSON.stringify(fault) };
  const env = { ...process.env, ...ALONE, ...environment, ...planted };
  const options = { env, encoding: 'utf8', timeout: MOST_MS } as const;
  const { stdout, status } = spawnSync(process.execPath, args, options);
  assert.equal(status, 1, stdout);
  assert.match(stdout, /ERR_ASSERTION/);
}

/** What `assertShown` handed over. */
export function faultOf(text: string | undefined): PlantedFault {
  const fault: unknown = JSON.parse(text ?? 'null');
  assert.ok(fault !== null && typeof fault === 'object');
  assert.ok('file' in fault && 'from' in fault && 'to' in fault);
  return { file: String(fault.file), from: String(fault.from), to: String(fault.to) };
}
