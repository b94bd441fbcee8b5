import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { initWithin, startingWhen } from '../support/installation/image.ts';
import { SERVERS } from '../support/network/network.ts';
import { type Cluster, startCluster } from './rig/cluster.ts';
import { ENGINE, expectWays } from './rig/election.ts';
import { underLoad, WARM } from './rig/load.ts';
import { onStage } from './rig/stage.ts';

let cluster: Cluster;

before(async () => {
  cluster = await startCluster();
});
after(() => cluster[Symbol.asyncDispose]());

for (const way of ['both', 'in', 'out'] as const) {
  const lost = { both: 'nothing passes', in: 'answers get lost', out: 'requests get lost' }[way];
  test(`S43 S40 between the leader and the API server ${lost}: it stops before a standby may act`, (t) =>
    onStage(cluster, t, { controllers: 3 }, async (stage) => {
      const leader = await stage.leader();
      await underLoad(stage);
      // The leader goes on trying these: it knows of them, and they do not listen yet.
      const { promise: listening, resolve: listen } = Promise.withResolvers<void>();
      for (let i = 0; i < WARM; i += 1) stage.crowd.add(startingWhen(listening, initWithin));
      await stage.crowd.serves(WARM);
      await stage.harm.cut(leader, { way, peer: SERVERS.kube });
      await stage.leadsAfter(leader);
      listen();
      await stage.crowd.serves(WARM);
      await stage.harm.mend(leader);
      const figures = await stage.end();
      expectWays(figures, { lease: /^free expiry$/, raft: /^free (free|superseded)$/ });
      assert.ok(figures.silence.ms < 9_000, `${figures.silence.ms} ms`);
    }));
}

test('S43 forged resets make the lead change once at most; after that, only silence counts', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    const first = await stage.leader();
    await underLoad(stage);
    await Promise.all(stage.nodes.map((node) => stage.harm.forgeResets(node)));
    // Raft's servers elect no other as long as they hear the one that leads.
    if (ENGINE === 'lease') await stage.leadsAfter(first);
    for (let i = 0; i < 8; i += 1) {
      await Promise.all(stage.nodes.map((node) => node.machine.breakConnections(node.peerPort)));
      await sleep(1_000);
    }
    expectWays(stage.figures(), { lease: /^free probe$/, raft: /^free( (free|superseded))?$/ });
    const second = await stage.leader();
    stage.harm.note('SIGKILL');
    await second.kill();
    await stage.leadsAfter(second);
    await Promise.all(stage.nodes.map((node) => stage.harm.mend(node)));
    expectWays(await stage.end(), {
      lease: /^free probe expiry$/,
      raft: /^free( (free|superseded)){1,2}$/,
    });
  }));

test('S44 a leader that stood still for long does not act on what it believed', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    const leader = await stage.leader();
    await underLoad(stage);
    stage.harm.note('SIGSTOP');
    leader.pause();
    await stage.leadsAfter(leader);
    await stage.crowd.serves(WARM);
    stage.harm.note('SIGCONT');
    leader.resume();
    await stage.crowd.serves(WARM);
    expectWays(await stage.end(), { lease: /^free expiry$/, raft: /^free (free|superseded)$/ });
  }));

test('S44 S41 after its leader stood still for a moment, one leads', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    const leader = await stage.leader();
    await underLoad(stage);
    stage.harm.note('SIGSTOP');
    leader.pause();
    await sleep(1_500);
    stage.harm.note('SIGCONT');
    leader.resume();
    await stage.crowd.serves(WARM);
    expectWays(await stage.end(), { lease: /^free$/, raft: /^free( (free|superseded))?$/ });
  }));
