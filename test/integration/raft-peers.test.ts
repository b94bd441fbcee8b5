import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/raft/core/io.ts';
import type { Entry } from '../../src/raft/messages.ts';
import { type LiveNode, startLiveNode } from '../support/raft/live-node.ts';
import { freePort } from '../support/real/process/free-port.ts';
import { type MemberEntry, type RaftMember, startRaftMember } from '../support/real/raft-member.ts';
import { ScratchFolder } from '../support/real/scratch-folder.ts';
import { until } from '../support/until.ts';

/** Those before 1.7 cannot answer who asks before an election. */
const VERSIONS = [
  { version: '1.7.3', program: 'raft-member', preVote: true },
  { version: '1.1.2', program: 'old-raft-member', preVote: false },
] as const;
type Version = (typeof VERSIONS)[number];

/** Logs are cut early, so that whoever comes later needs a snapshot. */
const SHORT_LOG = { trailingEntries: 1 };

for (const version of VERSIONS) {
  test(`a server of hashicorp/raft ${version.version} joins ours by a snapshot`, async (t) => {
    const rig = await aRig(t, version);
    const first = await rig.aNode({ bootstrap: true, ...SHORT_LOG });
    await leads(first);
    for (let port = 1; port <= 5; port += 1) await add(first, 'nobody', `127.0.0.1:${port}`);
    assert.ok(first.node.status().snapshotIndex > 0);
    await ask(first, () => first.node.change({ kind: 'remove', id: 'nobody' }));
    const member = await rig.aMember('member');
    await join(first, member);
    await until('it has all', async () => {
      const { restored, commit } = await member.status();
      return restored === 1 && commit === first.node.status().commit;
    });
    assert.equal((await member.status()).role, 'Follower');
  });

  test(`a server of ours joins hashicorp/raft ${version.version} by a snapshot`, async (t) => {
    const rig = await aRig(t, version);
    const member = await rig.aMember('member');
    await member.act('bootstrap');
    await memberLeads(member);
    await member.act('apply', { name: 'early', count: '20' });
    await member.act('snapshot');
    const ours = await rig.aNode();
    await member.act('add-nonvoter', { id: ours.node.id, address: ours.address });
    await follows(ours, member);
    assert.ok(ours.node.status().snapshotIndex >= 20);
    await member.act('add-voter', { id: ours.node.id, address: ours.address });
    await member.act('apply', { name: 'late', count: '20' });
    await follows(ours, member);
    await haveEqualLogs([ours], member);
  });

  test(`S41 ours hands over to hashicorp/raft ${version.version}, whose commands all commit; it is killed, and ours leads`, async (t) => {
    const { ours, member } = await aMixedCluster(t, version);
    const [first, second] = ours;
    assert.deepEqual(first.node.transfer(member.id), { kind: 'begun' });
    await memberLeads(member);
    await member.act('apply', { name: 'command', count: '50' });
    for (const each of ours) await follows(each, member);
    const log = await member.log();
    await member.process.kill();
    const leader = await until('one of ours leads', () => ours.find(isBelieved));
    for (const each of ours) {
      await until('all agree', () => each.node.status().leader === leader.node.id);
    }
    assert.ok(leader.node.status().term > (log.at(-1)?.term ?? 0));
    await Promise.all([first.node.stop(), second.node.stop()]);
    await areEqual(ours, log);
  });

  test(`S41 our leader is killed, and hashicorp/raft ${version.version} and ours elect another; it comes again, and follows`, async (t) => {
    const rig = await aMixedCluster(t, version);
    const { ours, member } = rig;
    const [first, second] = ours;
    const { term } = first.node.status();
    await first.node.stop();
    await until('another leads', async () => {
      return isBelieved(second) || (await member.status()).role === 'Leader';
    });
    const again = await rig.restart(first);
    assert.equal(again.node.id, first.node.id);
    await until('it follows the new leader', async () => {
      const { role, term: newTerm, leader, commit } = again.node.status();
      const hasAll =
        commit === second.node.status().commit && commit === (await member.status()).commit;
      return role === 'follower' && leader !== undefined && newTerm > term && hasAll;
    });
    await haveEqualLogs([again, second], member);
  });
}

test('S41 hashicorp/raft hands over to ours, by its own choice and by ours', async (t) => {
  const { ours, member } = await aMixedCluster(t, VERSIONS[0]);
  const [first, second] = ours;
  first.node.transfer(member.id);
  await memberLeads(member);
  await member.act('transfer', { id: second.node.id, address: second.address });
  await leads(second);
  await until('all agree', async () => {
    return (
      first.node.status().leader === second.node.id &&
      (await member.status()).leader === second.address
    );
  });
  second.node.transfer(first.node.id);
  await leads(first);
  await haveEqualLogs(ours, member);
});

interface Rig {
  aNode(options?: { bootstrap?: boolean; trailingEntries?: number }): Promise<LiveNode>;
  aMember(id: string): Promise<RaftMember>;
  /** Goes on from what a node that has stopped has kept. */
  restart(node: LiveNode): Promise<LiveNode>;
}

async function aRig(t: TestContext, { program, preVote }: Version): Promise<Rig> {
  const folder = new ScratchFolder('raft-peers');
  const places = new Map<string, { readonly folder: string; readonly port: number }>();
  const running: { stop(): Promise<void> }[] = [];
  t.after(async () => {
    await Promise.all(running.map((each) => each.stop()));
    folder.remove();
  });
  const start = async (
    place: { readonly folder: string; readonly port: number },
    { bootstrap = false, ...settings }: { bootstrap?: boolean; trailingEntries?: number } = {},
  ) => {
    const all = { ...DEFAULT_SETTINGS, ...settings, preVote };
    const started = await startLiveNode(place.folder, place.port, { bootstrap, settings: all });
    places.set(started.address, place);
    running.push(started.node);
    return started;
  };
  return {
    async aNode(options) {
      const port = await freePort();
      return start({ folder: folder.file(`ours-${port}`), port }, options);
    },
    async aMember(id) {
      const member = await startRaftMember(program, id, folder);
      running.push(member.process);
      return member;
    },
    restart: ({ address }) => start(places.get(address) ?? assert.fail('it is not ours')),
  };
}

/** Two of ours, of which the first leads, and one of hashicorp's: all voters. */
async function aMixedCluster(t: TestContext, version: Version) {
  const rig = await aRig(t, version);
  const ours = [await rig.aNode({ bootstrap: true }), await rig.aNode()] as const;
  const member = await rig.aMember('member');
  await leads(ours[0]);
  await join(ours[0], { id: ours[1].node.id, address: ours[1].address });
  await join(ours[0], member);
  return { ...rig, ours, member };
}

function isBelieved({ node }: LiveNode): boolean {
  return node.status().leadsUntil !== undefined;
}

async function leads(node: LiveNode) {
  await until('it leads', () => isBelieved(node));
}

async function memberLeads(member: RaftMember) {
  await until('hashicorp/raft leads', async () => (await member.status()).role === 'Leader');
}

/** As a nonvoter, and as a voter when it has caught up. */
async function join(leader: LiveNode, { id, address }: { id: string; address: string }) {
  await add(leader, id, address);
  await until('it has caught up', () => {
    const { peers, lastIndex } = leader.node.status();
    return peers.find((peer) => peer.id === id)?.match === lastIndex;
  });
  await ask(leader, () => leader.node.change({ kind: 'promote', id }));
}

async function add(leader: LiveNode, id: string, address: string) {
  await ask(leader, () => leader.node.change({ kind: 'add', id, address }));
}

/** Has the leader make a change, and waits until it is committed. */
async function ask({ node }: LiveNode, change: () => { readonly kind: string }) {
  assert.equal(change().kind, 'appended');
  await until('the change is committed', () => node.status().canChange);
}

async function follows({ node }: LiveNode, member: RaftMember) {
  await until('ours has committed what hashicorp/raft has', async () => {
    const { lastIndex, commit } = await member.status();
    return commit === lastIndex && node.status().commit === commit;
  });
}

/** Stops ours. */
async function haveEqualLogs(ours: readonly LiveNode[], member: RaftMember) {
  for (const each of ours) await follows(each, member);
  const log = await member.log();
  await Promise.all(ours.map(({ node }) => node.stop()));
  await areEqual(ours, log);
}

/** As far as both have them: logs are cut at their beginning, and ours may have grown since. */
async function areEqual(ours: readonly LiveNode[], log: readonly MemberEntry[]) {
  for (const each of ours) {
    assert.deepEqual(each.failures, []);
    const entries = await each.log();
    const isShared = ({ index }: { index: number }) =>
      index >= (entries[0]?.index ?? 0) && index >= (log[0]?.index ?? 0) && index <= lastOf(log);
    const theirs = log.filter(isShared).map(theirText);
    assert.ok(theirs.length > 1, `they share ${theirs.length} entries`);
    assert.deepEqual(entries.filter(isShared).map(ourText), theirs);
  }
}

function lastOf(log: readonly MemberEntry[]): number {
  return log.at(-1)?.index ?? 0;
}

/** hashicorp/raft's LogType. */
const KINDS: Readonly<Record<number, Entry['kind']>> = {
  0: 'command',
  1: 'noop',
  4: 'barrier',
  5: 'configuration',
};

/** Configurations are not written with the same bytes. */
function theirText({ index, term, kind, data }: MemberEntry): string {
  const text = kind === 0 ? Buffer.from(data ?? '', 'base64').toString() : '';
  return `${index}:${term}:${KINDS[kind]} ${text}`;
}

function ourText(entry: Entry): string {
  const { index, term, kind } = entry;
  const text = kind === 'command' ? Buffer.from(entry.data).toString() : '';
  return `${index}:${term}:${kind} ${text}`;
}
