import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { MembersView, MemberView } from '../../src/election/raft/members/members-view.ts';
import {
  clusterKey,
  clusterSeen,
  type ElectionConfig,
  electionByRaft,
  type Fleet,
  type FleetMember,
  membersPrinted,
  startFleet,
  wholeCluster,
  writeKeys,
} from '../support/installation/fleet.ts';
import { type Installation, startInstallation } from '../support/installation/installation.ts';
import { leaks } from '../support/installation/secrets.ts';
import { sampleOf } from '../support/telemetry/read-metrics.ts';
import { until } from '../support/until.ts';

const [OLD, NEW, FOREIGN] = [clusterKey(), clusterKey(), clusterKey()];
/** What whoever has no key of the cluster is counted as. */
const DROPS = [
  { protocol: 'gossip', reason: 'unreadable' },
  { protocol: 'gossip', reason: 'label' },
  { protocol: 'raft', reason: 'stranger' },
] as const;
const OBJECTS = /^another takes this Raft cluster for lost/;

let home: Installation;
let keyFile: string;
let election: ElectionConfig;

before(async () => {
  home = await startInstallation();
  keyFile = home.file('cluster.key');
  election = await electionByRaft({ keyFile });
});

after(() => home[Symbol.asyncDispose]());

test('S46 keys are rotated while all run: the same one leads, nobody is taken for a stranger, and who starts with the new key alone joins', async () => {
  await using fleet = await aCluster();
  const before = await whole(fleet);
  for (const keys of [[OLD, NEW], [NEW, OLD], [NEW]]) await rotate(fleet, keys);
  for (const member of fleet.members) assert.equal(await drops(member), 0, member.name);
  const after = await whole(fleet);
  assert.deepEqual(leadership(after), leadership(before));
  const next = await fleet.start({ election });
  await next.ready();
  await clusterSeen(next, 'itself in the same cluster', (view) => {
    const us = view.members.find(({ isUs }) => isUs);
    return view.cluster === before.cluster && us?.role === 'nonvoter';
  });
});

test('S40 S46 a controller with another key does not join, is counted, and cannot end the cluster', async () => {
  await using fleet = await aCluster();
  const before = await whole(fleet);
  const members = [...fleet.members];
  const foreign = home.file('foreign.key');
  writeKeys(foreign, [FOREIGN]);
  const cluster = { ...election.cluster, keyFile: foreign };
  const stranger = await fleet.start({ election: { ...election, cluster } });
  for (const member of members) {
    await until(`${member.name} drops what it says`, async () => (await drops(member)) > 0);
  }
  // It sees nobody who has the data, and takes the cluster for lost after half a minute.
  await stranger.controller.says({ level: 'warn', cause: 'data-lost' }, 60_000);
  await until('the one that leads objects', () =>
    members.some(({ controller }) => controller.said({ msg: OBJECTS }).length > 0),
  );
  const { cluster: id, epoch } = await whole(fleet);
  assert.deepEqual({ id, epoch }, { id: before.cluster, epoch: before.epoch });
  const alone = JSON.parse(await membersPrinted(stranger, 'json')) as MembersView;
  assert.deepEqual(
    alone.members.map(({ pod, role, acts }) => ({ pod, role, acts })),
    [{ pod: stranger.name, role: 'joining', acts: false }],
  );
  const pod = await (await home.pod()).served();
  assert.deepEqual(stranger.controller.said({ uid: pod.uid, msg: /^minted/ }), []);
});

test('S41 the one that leads is killed, and another of the cluster serves who comes next', async () => {
  await using fleet = await aCluster();
  const killed = leaderOf(await whole(fleet))?.pod;
  const others = fleet.members.filter(({ name }) => name !== killed);
  await fleet.members.find(({ name }) => name === killed)?.controller.kill();
  const pod = await (await home.pod()).served();
  const minted = others.flatMap(({ controller }) =>
    controller.said({ uid: pod.uid, msg: /^minted/ }),
  );
  assert.equal(minted.length, 1);
});

test('no key was printed by anybody', () => {
  assert.deepEqual(leaks([OLD, NEW, FOREIGN], home.printed.all()), []);
});

async function aCluster(): Promise<Fleet> {
  writeKeys(keyFile, [OLD]);
  return await startFleet(home, 3, { election });
}

/** The cluster as its first controller sees it. */
function whole({ members: [member] }: Fleet): Promise<MembersView> {
  assert.ok(member);
  return wholeCluster(member);
}

function leaderOf({ members }: MembersView): MemberView | undefined {
  return members.find(({ role }) => role === 'leader');
}

/** Each election begins another term. */
function leadership(view: MembersView) {
  const { cluster, epoch, term } = view;
  return { cluster, epoch, term, leader: leaderOf(view)?.id };
}

/** Each controller reads the file again from time to time. */
async function rotate({ members }: Fleet, keys: readonly string[]): Promise<void> {
  const readings = () =>
    members.map(({ controller }) => controller.said({ msg: /has other keys now/ }).length);
  const before = readings();
  writeKeys(keyFile, keys);
  await until('all have read the keys', () =>
    readings().every((now, at) => now > Number(before[at])),
  );
}

/** How much of what came was dropped for want of a key. */
async function drops(member: FleetMember): Promise<number> {
  const metrics = await member.metrics();
  const counts = DROPS.map((labels) => sampleOf(metrics, 'cluster_dropped_total', labels));
  return counts.reduce<number>((sum, count) => sum + (count ?? Number.NaN), 0);
}
