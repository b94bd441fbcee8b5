import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Cluster, startCluster } from './rig/cluster.ts';
import { expectWays } from './rig/election.ts';
import { underLoad, WARM } from './rig/load.ts';
import { onStage } from './rig/stage.ts';

const LOAD = 20;

let cluster: Cluster;

before(async () => {
  cluster = await startCluster();
});
after(() => cluster[Symbol.asyncDispose]());

test('S45 three controllers are restarted one after another under load, and no pod waits for long', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    stage.crowd.arrive(LOAD);
    await stage.crowd.serves(LOAD);
    for (const node of stage.nodes) {
      stage.harm.note(`${node.name}: SIGTERM`);
      assert.equal(await node.stop(), 0);
      await node.start();
      await node.ready();
    }
    const { ways, p99Ms } = await stage.end();
    expectWays({ ways }, { lease: /^free( free)+$/, raft: /^free( (free|superseded))+$/ });
    // Far below what it would be if one pod in a hundred had waited for an expiry.
    assert.ok(p99Ms < 4_000, `${p99Ms} ms`);
  }));

test('S46 one controller, then three, then five, then fewer until one is left: one leads, always', (t) =>
  onStage(cluster, t, { controllers: 1 }, async (stage) => {
    await underLoad(stage);
    for (const more of [2, 2]) {
      await stage.start(more);
      await stage.crowd.serves(WARM);
    }
    expectWays(stage.figures(), { lease: /^free$/, raft: /^free$/ });
    for (const _ of [1, 2, 3, 4]) {
      assert.equal(await (await stage.leader()).stop(), 0);
      await stage.crowd.serves(WARM / 2);
    }
    expectWays(await stage.end(), {
      lease: /^free( free){4}$/,
      raft: /^free( (free|superseded)){4}$/,
    });
  }));

test('S46 five controllers start at the same moment, and one leads', (t) =>
  onStage(cluster, t, { controllers: 5 }, async (stage) => {
    await underLoad(stage);
    expectWays(await stage.end(), { lease: /^free$/, raft: /^free$/ });
  }));

test('S46 S41 among twenty controllers one leads, and another when it is killed', (t) =>
  onStage(cluster, t, { controllers: 20 }, async (stage) => {
    const leader = await stage.leader();
    await underLoad(stage);
    stage.harm.note('SIGKILL');
    await leader.kill();
    await stage.crowd.serves(WARM);
    // While so many start on a busy machine, a leader may not be heard of for a second.
    expectWays(await stage.end(), {
      lease: /^free probe$/,
      raft: /^free( (free|superseded))*( superseded)$/,
    });
  }));
