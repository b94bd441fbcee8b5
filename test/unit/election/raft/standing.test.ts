import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Situation, standingPolicy } from '../../../../src/election/raft/standing.ts';
import { aRaftStatus } from '../../../support/election/raft-status.ts';

const CLUSTER = { id: 'c1', epoch: 2 };
const HEIR = 'heir';

/** A server that leads, may be believed for long, and knows of one that could take over. */
function leading(but: Partial<Situation> = {}): Situation {
  const peers = [{ id: HEIR, match: 7, contactAt: 0 }];
  const status = aRaftStatus({ role: 'leader', term: 5, leadsUntil: 1e9, peers });
  return { canServe: true, cluster: CLUSTER, status, heldAt: undefined, heirs: [HEIR], ...but };
}

const STANDS = { kind: 'stand', claim: { cluster: 'c1', epoch: 2, term: 5 } };
const HANDS_ON = { kind: 'transfer', to: HEIR };

test('S40 who leads stands in the name of its term', () => {
  assert.deepEqual(standingPolicy().decide(leading(), 0), STANDS);
});

for (const [what, but] of [
  ['does not lead', { status: aRaftStatus({ role: 'follower' }) }],
  ['has no Raft server', { status: undefined }],
  ['belongs to no cluster', { cluster: undefined }],
  ['may not be believed any more', { status: aRaftStatus({ role: 'leader', leadsUntil: 10 }) }],
  ['can serve nobody, and knows nobody who could', { canServe: false, heirs: [] }],
] as const) {
  test(`S40 who ${what} does not stand`, () => {
    assert.deepEqual(standingPolicy().decide(leading(but), 10), { kind: 'sit' });
  });
}

test('S42 who leads and could serve nobody lets one lead that could', () => {
  assert.deepEqual(standingPolicy().decide(leading({ canServe: false }), 0), HANDS_ON);
});

test('S43 who leads and is not able to hold the Lease lets another try', () => {
  const policy = standingPolicy();
  assert.deepEqual(policy.decide(leading(), 0), STANDS);
  const at = policy.nextWake() ?? Number.NaN;
  assert.deepEqual(policy.decide(leading(), at - 1), STANDS);
  assert.deepEqual(policy.decide(leading(), at), HANDS_ON);
});

test('S43 each renewal gives it the same time anew', () => {
  const policy = standingPolicy();
  policy.decide(leading(), 0);
  const first = policy.nextWake() ?? Number.NaN;
  assert.deepEqual(policy.decide(leading({ heldAt: first - 1 }), first), STANDS);
  assert.equal(policy.nextWake(), 2 * first - 1);
});

test('S43 where nobody is able to hold it, the lead moves ever more seldom, and holding it ends that', () => {
  const policy = standingPolicy();
  let now = 0;
  const gaps = Array.from({ length: 8 }, () => {
    const from = now;
    while (policy.decide(leading(), now).kind !== 'transfer') now = policy.nextWake() ?? now;
    return now - from;
  });
  assert.ok(gaps.every((gap, at) => at === 0 || gap >= (gaps[at - 1] ?? 0)));
  assert.equal(gaps.at(-1), gaps.at(-2));
  policy.decide(leading({ heldAt: now + 1 }), now + 1);
  assert.equal(policy.nextWake(), now + 1 + (gaps[0] ?? 0));
});

test('S43 where it knows nobody who could serve, it goes on trying', () => {
  const policy = standingPolicy();
  const alone = leading({ heirs: [] });
  policy.decide(alone, 0);
  const at = policy.nextWake() ?? Number.NaN;
  assert.deepEqual(policy.decide(alone, at), STANDS);
  assert.ok((policy.nextWake() ?? 0) > at);
});

test('S41 of several that could serve, the one that is furthest is to lead', () => {
  const peers = [
    { id: 'far', match: 9, contactAt: 0 },
    { id: 'behind', match: 8, contactAt: 5 },
    { id: 'unable', match: 12, contactAt: 9 },
  ];
  const status = aRaftStatus({ role: 'leader', leadsUntil: 1e9, peers });
  const situation = leading({ canServe: false, status, heirs: ['behind', 'far'] });
  assert.deepEqual(standingPolicy().decide(situation, 0), { kind: 'transfer', to: 'far' });
});
