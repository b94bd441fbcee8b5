import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../../support/until.ts';
import { type Cluster, startCluster } from '../rig/cluster.ts';
import { expectWays } from '../rig/election.ts';
import { underLoad, WARM } from '../rig/load.ts';
import type { Node } from '../rig/node.ts';
import { type SmallDisk, smallDisk } from '../rig/small-disk.ts';
import { onStage, type Stage } from '../rig/stage.ts';

/** Pods a second while all controllers are exchanged. */
const LOAD = 10;

let cluster: Cluster;

before(async () => {
  cluster = await startCluster();
});
after(() => cluster[Symbol.asyncDispose]());

test('S45 five controllers are restarted one after another under load, each with its disk', (t) =>
  onStage(cluster, t, { controllers: 5 }, async (stage) => {
    await underLoad(stage);
    for (const node of stage.nodes) await replace(stage, node);
    await stage.crowd.serves(WARM);
    assertNoExpiry(stage);
  }));

test('S45 three controllers are exchanged for others with empty disks, one after another under load', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    await underLoad(stage);
    for (const node of stage.nodes) await replace(stage, node, () => node.loseDisk());
    await stage.crowd.serves(WARM);
    assertNoExpiry(stage);
  }));

test('S46 all controllers and their disks are lost at once, and those that come next serve everybody', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    await underLoad(stage);
    stage.harm.note('SIGKILL for all, and their disks are gone');
    await Promise.all(stage.nodes.map((node) => node.kill()));
    for (const node of stage.nodes) node.loseDisk();
    await Promise.all(stage.nodes.map((node) => node.start()));
    await Promise.all(stage.nodes.map((node) => node.ready(60_000)));
    await stage.crowd.serves(WARM);
  }));

test('S46 all controllers are told to stop at once, and those that start next serve everybody at once', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    await underLoad(stage);
    const codes = await Promise.all(stage.nodes.map((node) => node.stop()));
    assert.deepEqual(codes, [0, 0, 0]);
    for (const node of stage.nodes) node.loseDisk();
    await Promise.all(stage.nodes.map((node) => node.start()));
    await Promise.all(stage.nodes.map((node) => node.ready()));
    await stage.crowd.serves(WARM);
  }));

for (const { from, to } of [
  { from: 'lease', to: 'raft' },
  { from: 'raft', to: 'lease' },
] as const) {
  test(`S45 S46 the engine is changed from ${from} to ${to} by a rolling update under load`, (t) =>
    onStage(cluster, t, { controllers: 3, engine: from }, async (stage) => {
      stage.crowd.arrive(LOAD);
      await stage.crowd.serves(WARM);
      for (const node of stage.nodes) {
        await replace(stage, node, () => {
          node.engine = to;
          node.loseDisk();
        });
        await stage.crowd.serves(LOAD);
      }
      const { p99Ms } = await stage.end();
      // Far below what it would be if one pod in a hundred had waited for an expiry.
      assert.ok(p99Ms < 4_000, `${p99Ms} ms`);
    }));
}

async function replace({ harm }: Stage, node: Node, change: () => void = () => {}): Promise<void> {
  harm.note(`${node.name}: SIGTERM`);
  assert.equal(await node.stop(), 0);
  change();
  await node.start();
  await node.ready();
}

/** Whoever is told to stop gives the lead to another: nobody waits for it. */
function assertNoExpiry(stage: Stage): void {
  const ways = /^free( (free|superseded))*$/;
  expectWays(stage.figures(), { lease: ways, raft: ways });
}

test('S43 a controller whose disk has no room says so and is not ready, until there is room', (t) =>
  onStage(cluster, t, { controllers: 2 }, async (stage) => {
    const { promise: known, resolve } = Promise.withResolvers<[Node, SmallDisk]>();
    await underLoad(stage);
    const started = stage.start(1, 'raft', async (node) => {
      const disk = await smallDisk(node.raftDir);
      disk.fill();
      resolve([node, disk]);
    });
    started.catch(() => {});
    const [victim, disk] = await known;
    await using _ = disk;
    await until('it says so', () => /there is no space left/.test(victim.printed));
    assert.equal(await victim.isReady(), false);
    disk.makeRoom();
    await started;
    await stage.crowd.serves(WARM);
  }));
