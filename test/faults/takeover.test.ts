import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Cluster, startCluster } from './rig/cluster.ts';
import { ENGINE, expectWays } from './rig/election.ts';
import { underLoad, WARM } from './rig/load.ts';
import { onStage } from './rig/stage.ts';

let cluster: Cluster;

before(async () => {
  cluster = await startCluster();
});
after(() => cluster[Symbol.asyncDispose]());

test('S41 the leader is killed, and a standby serves the pods long before its Lease expires', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    const leader = await stage.leader();
    await underLoad(stage);
    stage.harm.note('SIGKILL');
    await leader.kill();
    await stage.crowd.serves(WARM);
    const figures = await stage.end();
    expectWays(figures, { lease: /^free probe$/, raft: /^free (free|superseded)$/ });
    assert.equal(stage.logins(), figures.pods);
    assert.ok(figures.silence.ms < 3_000, `${figures.silence.ms} ms`);
  }));

test('S41 the leader is told to stop, and a standby acts at once, while nothing is lost', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    const leader = await stage.leader();
    await underLoad(stage);
    stage.harm.note('SIGTERM');
    assert.equal(await leader.stop(), 0);
    await stage.crowd.serves(WARM);
    const figures = await stage.end();
    expectWays(figures, { lease: /^free free$/, raft: /^free (free|superseded)$/ });
    assert.equal(stage.logins(), figures.pods);
    assert.ok(figures.silence.ms < 2_500, `${figures.silence.ms} ms`);
  }));

test('S41 the leader’s machine vanishes, and a standby acts when it is known to have stopped', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    const leader = await stage.leader();
    await underLoad(stage);
    await stage.harm.unplug(leader);
    await stage.crowd.serves(WARM);
    assert.notEqual(await stage.leader(), leader);
    await stage.harm.mend(leader);
    const figures = await stage.end();
    expectWays(figures, { lease: /^free expiry$/, raft: /^free (free|superseded)$/ });
    assert.equal(stage.logins(), figures.pods);
    const most = { lease: 9_000, raft: 4_500 }[ENGINE];
    assert.ok(figures.silence.ms < most, `${figures.silence.ms} ms`);
  }));

test('S41 a standby is killed, or told to stop, and the leader goes on', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    const [one, other] = await stage.standbys();
    await underLoad(stage);
    await one?.kill();
    assert.equal(await other?.stop(), 0);
    await stage.crowd.serves(WARM);
    expectWays(await stage.end(), { lease: /^free$/, raft: /^free$/ });
  }));

test('S41 the last controller is told to stop, and the next one serves whoever waited', (t) =>
  onStage(cluster, t, { controllers: 1 }, async (stage) => {
    const [only] = stage.nodes;
    await underLoad(stage);
    assert.equal(await only?.stop(), 0);
    assert.equal(await stage.lease.holder(), undefined);
    await only?.start();
    await stage.crowd.serves(WARM);
    expectWays(await stage.end(), { lease: /^free free$/, raft: /^free free$/ });
  }));
