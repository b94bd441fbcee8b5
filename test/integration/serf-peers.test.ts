import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { suite, type TestContext, test } from 'node:test';
import { parseClusterKeys } from '../../src/base/cluster-keys.ts';
import { hostPort } from '../../src/base/ip.ts';
import type { Keyring } from '../../src/gossip/wire/keyring.ts';
import { aLiveNode, type LiveNode, tagged } from '../support/gossip/live-node.ts';
import { freePort } from '../support/real/process/free-port.ts';
import { ScratchFolder } from '../support/real/scratch-folder.ts';
import {
  type AgentMember,
  type SerfAgent,
  type SerfAgentOptions,
  startSerfAgent,
} from '../support/real/serf-agent.ts';
import { until, within } from '../support/until.ts';

/** Serf suspects for up to 24 s before it takes one for failed. */
const FAILED_WITHIN_MS = 40_000;

const OLD = Buffer.alloc(32, 1).toString('base64');
const NEW = Buffer.alloc(32, 2).toString('base64');

/** They wait for each other's time most of the time. */
suite("serf's own agents and our members", { concurrency: 4 }, () => {
  for (const { title, key } of [
    { title: 'in plain', key: undefined },
    { title: 'encrypted', key: OLD },
  ]) {
    const keyring = key === undefined ? undefined : parseClusterKeys(key);
    const ours = { keyring: () => keyring };

    test(`S40 an agent joins us, and each knows the other as it describes itself, ${title}`, async (t) => {
      const meta = tagged({ role: 'controller', version: '1' });
      const us = await aLiveNode(t, { ...ours, meta });
      const agent = await anAgent(t, { name: 'agent', key, tags: { zone: 'a' } });
      await agent.run('join', place(us));
      await knowEachOther(us, agent);
      assert.deepEqual(us.tags('agent'), { zone: 'a' });
      assert.deepEqual(us.member('agent')?.endpoint, agent.endpoint);
      assert.deepEqual((await seenBy(agent, us))?.tags, { role: 'controller', version: '1' });
      await tellEachOther(us, agent, 'anew');
      assert.deepEqual(us.dropped(), []);
    });

    test(`S41 we join agents, and they see who of us leaves and who fails, ${title}`, async (t) => {
      const one = await anAgent(t, { name: 'one', key });
      const other = await anAgent(t, { name: 'other', key });
      await other.run('join', place(one));
      const [leaver, victim] = [await aLiveNode(t, ours), await aLiveNode(t, ours)];
      for (const us of [leaver, victim]) us.node.join(one.endpoint);
      for (const us of [leaver, victim]) {
        for (const agent of [one, other]) await knowEachOther(us, agent);
      }
      await within('it has left', leaver.node.leave());
      victim.node[Symbol.dispose]();
      for (const agent of [one, other]) {
        await until(
          'it sees who left',
          async () => (await seenBy(agent, leaver))?.status === 'left',
        );
        await hasFailed(async () => (await seenBy(agent, victim))?.status);
      }
      assert.deepEqual([leaver.dropped(), victim.dropped()], [[], []]);
    });

    test(`S41 we see which agent leaves, fails and comes back, ${title}`, async (t) => {
      const all = [await aLiveNode(t, ours), await aLiveNode(t, ours)] as const;
      const [us, also] = all;
      const leaver = await anAgent(t, { name: 'leaver', key });
      const victim = await anAgent(t, { name: 'victim', key });
      also.node.join(us.endpoint);
      for (const agent of [leaver, victim]) await agent.run('join', place(us));
      for (const agent of [leaver, victim]) {
        for (const one of all) await knowEachOther(one, agent);
      }
      await leaver.run('leave');
      await victim.kill();
      for (const one of all) {
        await until('we see who left', () => one.status('leaver') === 'left');
        await hasFailed(() => one.status('victim'));
      }
      const back = await anAgent(t, { name: 'victim', key, port: victim.endpoint.port });
      await back.run('join', place(us));
      for (const one of all) await knowEachOther(one, back);
      assert.deepEqual(
        us.changes.filter((change) => change.endsWith('victim')),
        ['joined victim', 'failed victim', 'joined victim'],
      );
      assert.deepEqual([us.dropped(), also.dropped()], [[], []]);
    });
  }

  test('S40 over IPv6 an agent and we know each other', async (t) => {
    const agent = await anAgent(t, { name: 'agent', address: '::1' });
    const endpoint = { host: '::1', port: await freePort('::1') };
    const us = await aLiveNode(t, { endpoint });
    us.node.join(agent.endpoint);
    await knowEachOther(us, agent);
    await tellEachOther(us, agent, 'anew');
    assert.deepEqual([us.member('agent')?.endpoint, us.dropped()], [agent.endpoint, []]);
  });

  test('S41 whom we remove is forgotten by agents too', async (t) => {
    const us = await aLiveNode(t);
    const agent = await anAgent(t, { name: 'agent' });
    const victim = await anAgent(t, { name: 'victim' });
    for (const one of [agent, victim]) await one.run('join', place(us));
    await until('they know each other', async () => (await agent.status('victim')) === 'alive');
    await victim.kill();
    await hasFailed(() => us.status('victim'));
    await hasFailed(() => agent.status('victim'));
    us.node.remove('victim');
    assert.equal(us.member('victim'), undefined);
    await until('it is forgotten', async () => (await agent.status('victim')) === undefined);
  });

  test('an event reaches through us who comes when its teller is gone', async (t) => {
    const folder = new ScratchFolder('serf-event');
    t.after(() => folder.remove());
    const heard = folder.file('heard');
    const us = await aLiveNode(t);
    const teller = await anAgent(t, { name: 'teller' });
    await teller.run('join', place(us));
    await knowEachOther(us, teller);
    await teller.run('event', 'deploy', 'v2');
    const knowsIt = await anAgent(t, { name: 'witness', handler: `user:deploy=cat > ${heard}-1` });
    await knowsIt.run('join', '-replay', place(us));
    await until('it is heard', () => existsSync(`${heard}-1`));
    await Promise.all([teller.kill(), knowsIt.kill()]);
    const late = await anAgent(t, { name: 'late', handler: `user:deploy=cat > ${heard}-2` });
    await late.run('join', '-replay', place(us));
    await until('it is heard', () => readFileSync(`${heard}-2`, 'utf8').includes('v2'));
    assert.deepEqual(us.dropped(), []);
  });

  test('a query is answered in a cluster of which we are', async (t) => {
    const us = await aLiveNode(t);
    const asker = await anAgent(t, { name: 'asker' });
    const answerer = await anAgent(t, { name: 'answerer', handler: 'query:uptime=echo a while' });
    for (const agent of [asker, answerer]) await agent.run('join', place(us));
    await until('they know each other', async () => (await asker.status('answerer')) === 'alive');
    const answers = await asker.run('query', '-timeout=2s', 'uptime');
    assert.match(answers, /from 'answerer': a while/);
    assert.deepEqual(us.dropped(), []);
  });

  test('keys are rotated in a cluster of agents and of us, and nobody is lost', async (t) => {
    let keyring: Keyring = parseClusterKeys(OLD);
    const us = await aLiveNode(t, { keyring: () => keyring });
    const agent = await anAgent(t, { name: 'agent', key: OLD });
    await agent.run('join', place(us));
    await knowEachOther(us, agent);
    keyring = parseClusterKeys(`${OLD}\n${NEW}`);
    await tellEachOther(us, agent, 'we take the new key');
    await changeKeys(agent, `-install=${NEW}`);
    await changeKeys(agent, `-use=${NEW}`);
    await tellEachOther(us, agent, 'the agent uses the new key');
    keyring = parseClusterKeys(`${NEW}\n${OLD}`);
    await tellEachOther(us, agent, 'we use the new key');
    await changeKeys(agent, `-remove=${OLD}`);
    keyring = parseClusterKeys(NEW);
    await tellEachOther(us, agent, 'nobody knows the old key');
    assert.deepEqual(us.dropped(), []);
    assert.deepEqual(
      us.changes.filter((change) => !change.startsWith('updated')),
      ['joined agent'],
    );
  });

  for (const { title, key } of [
    { title: 'with another key', key: NEW },
    { title: 'without a key', key: undefined },
  ]) {
    test(`an agent ${title} is a stranger, and disturbs nobody`, async (t) => {
      const keyring = parseClusterKeys(OLD);
      const us = await aLiveNode(t, { keyring: () => keyring });
      const agent = await anAgent(t, { name: 'agent', key: OLD });
      await agent.run('join', place(us));
      await knowEachOther(us, agent);
      const stranger = await anAgent(t, { name: 'stranger', key });
      await assert.rejects(stranger.run('join', place(us)));
      us.node.join(stranger.endpoint);
      await until('it is counted', () => us.dropped().length > 0);
      assert.ok(us.dropped().every((reason) => reason === 'unreadable'));
      await tellEachOther(us, agent, 'still here');
      assert.equal(us.member('stranger'), undefined);
      assert.equal((await stranger.members()).length, 1);
    });
  }
});

async function anAgent(t: TestContext, options: SerfAgentOptions): Promise<SerfAgent> {
  const agent = await startSerfAgent(options);
  t.after(() => agent[Symbol.asyncDispose]());
  return agent;
}

function place({ endpoint }: LiveNode | SerfAgent): string {
  return hostPort(endpoint.host, endpoint.port);
}

async function seenBy(agent: SerfAgent, { name }: LiveNode): Promise<AgentMember | undefined> {
  return (await agent.members()).find((one) => one.name === name);
}

async function knowEachOther(us: LiveNode, agent: SerfAgent): Promise<void> {
  await until('we know the agent', () => us.status(agent.name) === 'alive');
  await until('the agent knows us', async () => (await seenBy(agent, us))?.status === 'alive');
}

async function hasFailed(status: () => string | undefined | Promise<string | undefined>) {
  await until(
    'it is seen that it failed',
    async () => (await status()) === 'failed',
    FAILED_WITHIN_MS,
  );
}

/** Both describe themselves anew, and each sees it of the other. */
async function tellEachOther(us: LiveNode, agent: SerfAgent, news: string): Promise<void> {
  us.node.describe(tagged({ news }));
  await until(
    `the agent sees "${news}"`,
    async () => (await seenBy(agent, us))?.tags['news'] === news,
  );
  await agent.run('tags', '-set', `news=${news}`);
  await until(`we see "${news}"`, () => us.tags(agent.name)?.['news'] === news);
}

/** The command fails, because we answer no such query; the agent has done it all the same. */
async function changeKeys(agent: SerfAgent, change: string): Promise<void> {
  await assert.rejects(
    agent.run('keys', change),
    (failure: Error & { readonly stdout: string }) => {
      assert.match(failure.stdout, /1\/2 nodes reported success/);
      return true;
    },
  );
}
