import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type MembersFacts,
  membersView,
} from '../../../../../src/election/raft/members/members-of.ts';
import { encodeDescription } from '../../../../../src/election/raft/self-description.ts';
import type { SerfMember, SerfStatus } from '../../../../../src/gossip/serf/surface.ts';
import { aRaftStatus } from '../../../../support/election/raft-status.ts';

const CLUSTER = { id: 'c', epoch: 2 };

function member(id: string, last: number, status: SerfStatus = 'alive'): SerfMember {
  const meta = encodeDescription({
    serverId: id,
    cluster: CLUSTER,
    hasData: true,
    isLeaving: false,
    canServe: true,
    pod: `pod-${id}`,
    version: '1.0.0',
    raftPort: 1,
  });
  const host = `192.0.2.${last}`;
  return { node: `${host}:2`, endpoint: { host, port: 2 }, meta, status };
}

const SERVERS = [
  { id: 'a', address: '192.0.2.1:1', suffrage: 'voter' },
  { id: 'b', address: '192.0.2.2:1', suffrage: 'voter' },
  { id: 'c', address: '192.0.2.3:1', suffrage: 'nonvoter' },
] as const;

function facts(but: Partial<MembersFacts> = {}): MembersFacts {
  return {
    gossip: [member('a', 1), member('b', 2, 'failed'), member('d', 4)],
    status: aRaftStatus({
      role: 'leader',
      leader: 'a',
      term: 7,
      configuration: { servers: SERVERS },
      peers: [
        { id: 'b', match: 1, contactAt: 900 },
        { id: 'c', match: 1, contactAt: 400 },
      ],
    }),
    cluster: CLUSTER,
    serverId: 'a',
    claim: { cluster: 'c', epoch: 2, term: 7 },
    now: 1_000,
    ...but,
  };
}

test('S46 members are those of gossip, and the servers that gossip does not know of', () => {
  const view = membersView(facts());
  assert.deepEqual([view.cluster, view.epoch, view.term], ['c', 2, 7]);
  assert.deepEqual(
    view.members.map(({ id, state, role, acts, lastContactMs }) => [
      id,
      state,
      role,
      acts,
      lastContactMs,
    ]),
    [
      ['a', 'alive', 'leader', true, 0],
      ['b', 'failed', 'voter', false, 100],
      ['d', 'alive', 'joining', false, undefined],
      ['c', 'unknown', 'nonvoter', false, 600],
    ],
  );
  const [us, , stranger] = view.members;
  assert.deepEqual([us?.pod, us?.address, us?.isUs], ['pod-a', '192.0.2.1:1', true]);
  assert.equal(stranger?.isUs, false);
});

for (const [what, claim] of [
  ['an older term', { cluster: 'c', epoch: 2, term: 6 }],
  ['another epoch', { cluster: 'c', epoch: 1, term: 7 }],
  ['another cluster', { cluster: 'x', epoch: 2, term: 7 }],
  ['another engine', undefined],
] as const) {
  test(`S40 the leader does not act while the Lease is held by ${what}`, () => {
    assert.ok(membersView(facts({ claim })).members.every(({ acts }) => !acts));
  });
}

test('S46 a follower has heard of its leader alone', () => {
  const status = aRaftStatus({ leader: 'b', heardAt: 990, configuration: { servers: SERVERS } });
  const contacts = membersView(facts({ status })).members.map(({ id, lastContactMs }) => [
    id,
    lastContactMs,
  ]);
  assert.deepEqual(contacts, [
    ['a', 0],
    ['b', 10],
    ['d', undefined],
    ['c', undefined],
  ]);
});

test('S46 before there is a Raft server all are about to join', () => {
  const view = membersView(facts({ status: undefined, cluster: undefined, serverId: undefined }));
  assert.deepEqual(new Set(view.members.map(({ role }) => role)), new Set(['joining']));
  assert.equal(view.term, 0);
});
