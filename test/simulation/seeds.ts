/**
 * Runs a simulation for the seeds from 1 to `count`, or for the one that the environment names:
 * `SEED=7 tools/node --test test/simulation/controller.test.ts`.
 * @throws Error that names the seed that failed
 */
export async function forEachSeed(
  count: number,
  run: (seed: number) => Promise<void>,
): Promise<void> {
  const only = process.env['SEED'];
  const [first, last] = only === undefined ? [1, count] : [Number(only), Number(only)];
  for (let seed = first; seed <= last; seed += 1) {
    try {
      await run(seed);
    } catch (cause) {
      throw new Error(`seed ${seed} failed: run it alone with SEED=${seed}`, { cause });
    }
  }
}
