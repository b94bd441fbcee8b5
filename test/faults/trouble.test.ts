import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../support/until.ts';
import { type Cluster, startCluster } from './rig/cluster.ts';
import { expectWays } from './rig/election.ts';
import { ARRIVALS, underLoad, WARM } from './rig/load.ts';
import { onStage } from './rig/stage.ts';

const CROWD = 5_000;

let cluster: Cluster;

before(async () => {
  cluster = await startCluster();
});
after(() => cluster[Symbol.asyncDispose]());

test('S40 S7 the API server is killed and started again, and one leads as before', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    await underLoad(stage);
    stage.harm.note('the API server is killed');
    await cluster.plane.killApiServer();
    await cluster.plane.startApiServer();
    stage.harm.note('the API server is back');
    await stage.crowd.serves(WARM);
  }));

test('S40 S43 the API server stands still: the leader acts no longer, is killed, and another acts when it goes on', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    const leader = await stage.leader();
    await underLoad(stage);
    stage.harm.pauseApiServer();
    try {
      await until('it acts no longer', () => leader.printed.includes('acts no longer'));
      stage.harm.note('SIGKILL');
      await leader.kill();
    } finally {
      stage.harm.resumeApiServer();
    }
    await stage.leadsAfter(leader);
    await stage.crowd.serves(WARM);
    expectWays(await stage.end(), {
      lease: /^free (expiry|probe)$/,
      raft: /^free( (free|superseded))+$/,
    });
  }));

for (const [what, change] of [
  ['deletes the Lease', 'delete'],
  ['empties the Lease', { spec: { holderIdentity: '' } }],
  ['writes a holder into the Lease that there is not', { spec: { holderIdentity: 'nobody_1' } }],
  ['takes the annotations off the Lease', { metadata: { annotations: null } }],
  [
    'writes nonsense into the Lease',
    {
      metadata: { annotations: { 'lease.boostport.com/peer': 'nowhere:0' } },
      spec: { leaseDurationSeconds: 86_400, renewTime: '2099-01-01T00:00:00.000000Z' },
    },
  ],
] as const) {
  test(`S40 S43 somebody ${what}, and one leads in the end`, (t) =>
    onStage(cluster, t, { controllers: 3 }, async (stage) => {
      await underLoad(stage);
      stage.harm.note(`somebody ${what}`);
      await (change === 'delete' ? stage.lease.delete() : stage.lease.edit(change));
      await stage.crowd.serves(WARM);
    }));
}

test('S43 the right to write the Lease is taken away: none acts, and one does when it is given back', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    await underLoad(stage);
    const giveBack = await stage.harm.takeRights();
    try {
      await until('none is ready', async () => {
        const ready = await Promise.all(stage.nodes.map((node) => node.isReady()));
        return !ready.includes(true);
      });
      await until('pods wait', () => stage.crowd.waiting > 2 * ARRIVALS);
      const { mints } = stage.figures();
      await until('more pods wait', () => stage.crowd.waiting > 4 * ARRIVALS);
      assert.equal(stage.figures().mints, mints);
    } finally {
      await giveBack();
    }
    await stage.crowd.serves(WARM);
  }));

test('S15 S40 Vault is sealed, and stands still, and the same controller leads all the time', (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    await underLoad(stage);
    stage.harm.pauseVault();
    await until('pods wait', () => stage.crowd.waiting > 2 * ARRIVALS);
    stage.harm.resumeVault();
    await stage.crowd.serves(WARM);
    stage.harm.note('Vault is sealed');
    await cluster.vault.seal();
    await until('pods wait', () => stage.crowd.waiting > ARRIVALS);
    await cluster.vault.unseal();
    stage.harm.note('Vault is unsealed');
    await stage.crowd.serves(WARM);
    expectWays(await stage.end(), { lease: /^free$/, raft: /^free$/ });
  }));

test(`S41 S46 the leader is killed while ${CROWD} pods start, and every one is served`, (t) =>
  onStage(cluster, t, { controllers: 3 }, async (stage) => {
    const leader = await stage.leader();
    const burst = stage.crowd.burst(CROWD);
    await stage.crowd.serves(CROWD / 3, 120_000);
    stage.harm.note('SIGKILL');
    await leader.kill();
    await burst;
    await stage.crowd.serves(undefined, 180_000);
    expectWays(await stage.end(), { lease: /^free probe$/, raft: /^free( (free|superseded))+$/ });
  }));
