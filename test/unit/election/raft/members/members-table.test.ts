import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membersTable } from '../../../../../src/election/raft/members/members-table.ts';
import { aMember, aView, NEW_MEMBER } from '../../../../support/election/members.ts';

test('a person sees the cluster line by line, the leader first', () => {
  const table = membersTable(
    aView(
      { ...NEW_MEMBER, node: '10.0.0.9:45678' },
      aMember({ pod: 'kv-b', state: 'failed', lastContactMs: 12_345 }),
      aMember({ pod: 'kv-a', isUs: true, lastContactMs: 0 }),
      aMember({ pod: 'kv-c', role: 'leader', acts: true, id: 'c' }),
    ),
  );
  assert.equal(
    table,
    `cluster blue, epoch 2, term 7

POD              STATE    ROLE          ADDRESS         EPOCH  LAST CONTACT  VERSION  NODE            ID
kv-c             alive    leader, acts  10.0.0.1:45679  2      48ms          1.0.0    10.0.0.1:45678  c
kv-a (this one)  alive    voter         10.0.0.1:45679  2      -             1.0.0    10.0.0.1:45678  6b0f1c52-9d5e-4f0a-8f5d-0c4c1b6f7a10
kv-b             failed   voter         10.0.0.1:45679  2      12.3s         1.0.0    10.0.0.1:45678  6b0f1c52-9d5e-4f0a-8f5d-0c4c1b6f7a10
-                unknown  joining       -               -      -             -        10.0.0.9:45678  -
`,
  );
});

test('what a stranger calls itself does not move the cursor', () => {
  const table = membersTable(aView(aMember({ pod: 'kv\u001b[2J' })));
  assert.ok(table.includes('kv\\x1b[2J'), table);
});

test('a controller without a cluster says so', () => {
  const table = membersTable({ cluster: undefined, epoch: undefined, term: 0, members: [] });
  assert.match(table, /^this controller belongs to no cluster yet\n/);
});
