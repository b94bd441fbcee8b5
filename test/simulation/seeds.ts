/**
 * Runs a simulation for so many seeds from 1 on, or from another (`FIRST_SEED=2001 SEEDS=8000`,
 * where the file takes a number), or for the one that the environment names:
 * `SEED=7 tools/node --test test/simulation/controller.test.ts`.
 * @throws Error that names the seed that failed
 */
export async function forEachSeed(
  count: number,
  run: (seed: number) => Promise<void>,
): Promise<void> {
  const { SEED: only, FIRST_SEED: first = '1' } = process.env;
  const [from, seeds] = only === undefined ? [Number(first), count] : [Number(only), 1];
  for (let seed = from; seed < from + seeds; seed += 1) {
    try {
      await run(seed);
    } catch (cause) {
      throw new Error(`seed ${seed} failed: run it alone with SEED=${seed}`, { cause });
    }
  }
}
