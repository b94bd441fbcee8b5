import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import {
  clusterKey,
  createFleet,
  type ElectionConfig,
  electionByRaft,
  type FleetMember,
  membersPrinted,
  startFleet,
  wholeCluster,
  writeKeys,
} from '../support/installation/fleet.ts';
import { type Installation, startInstallation } from '../support/installation/installation.ts';

let home: Installation;

before(async () => {
  home = await startInstallation();
});

after(() => home[Symbol.asyncDispose]());

test('S46 three controllers form one cluster, one acts, and each of them lists all', async () => {
  await using fleet = await startFleet(home, 3, { election: await keyed() });
  const [asked] = fleet.members as [FleetMember];
  const { cluster, epoch, members } = await wholeCluster(asked);
  const names = fleet.members.map(({ name }) => name);
  assert.deepEqual(new Set(members.map(({ pod }) => pod)), new Set(names));
  assert.equal(members.find(({ isUs }) => isUs)?.pod, asked.name);
  const [leader, ...others] = members.filter(({ role }) => role === 'leader');
  assert.deepEqual(others, []);
  assert.deepEqual(
    members.filter(({ acts }) => acts),
    [leader],
  );
  for (const member of fleet.members) {
    await wholeCluster(member);
    const table = await membersPrinted(member, 'table');
    assert.ok(table.startsWith(`cluster ${cluster}, epoch ${epoch}, `), table);
    for (const name of names) assert.ok(table.includes(name), table);
    assert.match(table, new RegExp(`^${leader?.pod} .*leader, acts `, 'm'));
  }
  const pod = await (await home.pod()).served();
  for (const { name, controller } of fleet.members) {
    const minted = controller.said({ uid: pod.uid, msg: /^minted/ });
    assert.equal(minted.length, Number(name === leader?.pod));
  }
});

test('S46 without a key, where the configuration says so, controllers form a cluster, too', async () => {
  const election = await electionByRaft({ insecure: true });
  await using fleet = await startFleet(home, 3, { election });
  for (const { controller } of fleet.members) {
    await controller.says({ level: 'warn', key: 'cluster.insecure' });
  }
  await wholeCluster(fleet.members[0] as FleetMember);
  await (await home.pod()).served();
});

test('S40 a second process on the same raftDir ends with 1 and names it; the first goes on', async () => {
  await using fleet = createFleet(home);
  const election = await keyed();
  const first = await fleet.start({ election });
  await first.ready();
  const second = await fleet.start({ election, raftDir: first.raftDir });
  assert.equal(await second.controller.ended, 1);
  assert.match(
    lastErrorOf(second),
    new RegExp(`^another controller answers on ${first.raftDir}/.*: give each a raftDir`),
  );
  const { members } = await wholeCluster(first, 1);
  assert.equal(members.length, 1);
});

test('S40 a raftDir that cannot be made ends the controller with 1, and it says why', async () => {
  await using fleet = createFleet(home);
  const file = home.file('a-file');
  writeFileSync(file, '');
  const election = await keyed();
  for (const raftDir of [file, `${file}/raft`]) {
    const member = await fleet.start({ election, raftDir });
    assert.equal(await member.controller.ended, 1);
    const words = lastErrorOf(member);
    assert.ok(words.startsWith(`${raftDir}`), words);
    assert.match(words, /a file is in the way/);
  }
});

async function keyed(): Promise<ElectionConfig> {
  const keyFile = home.file('cluster.key');
  writeKeys(keyFile, [clusterKey()]);
  return await electionByRaft({ keyFile });
}

function lastErrorOf({ controller }: FleetMember): string {
  const last = controller.said({ level: 'error' }).at(-1);
  assert.equal(last?.msg, 'the controller cannot go on');
  return (last['error'] as { readonly message: string }).message;
}
