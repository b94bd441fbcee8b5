import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../../../../src/raft/storage/kept-state.ts';
import { openStorage } from '../../../../src/raft/storage/storage.ts';
import { type SimFolder, simFolder } from '../../../support/raft/sim-folder.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { someChanges } from './changes.ts';

const CHANGES = 8;
/** `CRASH_SEEDS=1000` for a longer look. */
const SEEDS = Number(process.env['CRASH_SEEDS'] ?? 100);

test(`whenever the machine stops, what was promised is kept, and nothing in halves (${SEEDS} seeds)`, async () => {
  let unfinished = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const operations = await operationsOf(seed);
    for (let stop = 1; stop <= operations; stop += 1) {
      if (await survives(seed, stop)) unfinished += 1;
    }
  }
  assert.ok(unfinished > SEEDS, 'changes that were under way are found on the disk, at times');
});

/** So many changes are asked for at once: they are kept together, or not at all. */
function atOnceFor(seed: number): number {
  return 1 + (seed % 3);
}

async function operationsOf(seed: number): Promise<number> {
  const folder = simFolder();
  const { changes } = someChanges(CHANGES, seededRandom(seed));
  await run(folder, changes, atOnceFor(seed));
  return folder.operations();
}

/** Whether the change that was under way is there after the restart. */
async function survives(seed: number, stop: number): Promise<boolean> {
  const where = `seed ${seed}, stopped at operation ${stop}`;
  const { changes, states } = someChanges(CHANGES, seededRandom(seed));
  const folder = simFolder();
  folder.stopAt(stop);
  const { serverId, done } = await run(folder, changes, atOnceFor(seed));

  const restarted = folder.restarted(seededRandom(seed * 1_000 + stop));
  const storage = await openStorage(restarted, () => 'another');
  if (serverId !== undefined) assert.equal(storage.serverId, serverId, where);
  const next = Math.min(done + atOnceFor(seed), CHANGES);
  const found = [done, next].find((position) =>
    isDeepStrictEqual(states[position], storage.restored),
  );
  assert.ok(found !== undefined, `${where}: neither ${done} nor ${next} changes`);
  for (const change of changes.slice(found)) await storage.save(change);
  const again = await openStorage(restarted, () => 'yet another');
  assert.equal(again.serverId, storage.serverId, where);
  assert.deepEqual(again.restored, states.at(-1), where);
  return found > done;
}

async function run(
  folder: SimFolder,
  changes: readonly Change[],
  atOnce: number,
): Promise<{ serverId: string | undefined; done: number }> {
  let serverId: string | undefined;
  let done = 0;
  try {
    const storage = await openStorage(folder, () => 'the first');
    serverId = storage.serverId;
    for (let next = 0; next < changes.length; next += atOnce) {
      const group = changes.slice(next, next + atOnce);
      await Promise.all(group.map((change) => storage.save(change)));
      done += group.length;
    }
  } catch (error) {
    assert.match(String(error), /StorageError/);
  }
  return { serverId, done };
}
