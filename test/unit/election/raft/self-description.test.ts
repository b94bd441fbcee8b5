import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  clusterMember,
  describedBy,
  encodeDescription,
  type SelfDescription,
} from '../../../../src/election/raft/self-description.ts';
import type { SerfMember } from '../../../../src/gossip/serf/surface.ts';
import { encodeTags } from '../../../../src/gossip/wire/tags.ts';

const ID = '4c53b5a4-7f4e-4c5c-9d4e-8d0a3f6f1a55';
const WHOLE: SelfDescription = {
  serverId: ID,
  cluster: { id: ID, epoch: 3 },
  hasData: true,
  isLeaving: true,
  canServe: true,
  pod: 'kubernetes-vault-6d5f7c9c4-x7k2p',
  version: '1.2.3',
  raftPort: 45_679,
};

function member(meta: Uint8Array, host = '192.0.2.7'): SerfMember {
  return { node: `${host}:45678`, endpoint: { host, port: 45_678 }, meta, status: 'alive' };
}

const anId = fc.option(fc.uuid(), { nil: undefined });
const PLAIN = { noNullPrototype: true };
const aCluster = fc.record({ id: fc.uuid(), epoch: fc.integer({ min: 1, max: 2 ** 31 }) }, PLAIN);
const aDescription = fc.record<SelfDescription>(
  {
    serverId: anId,
    cluster: fc.option(aCluster, { nil: undefined }),
    hasData: fc.boolean(),
    isLeaving: fc.boolean(),
    canServe: fc.boolean(),
    pod: fc.stringMatching(/^[a-z0-9.-]{1,200}$/),
    version: fc.stringMatching(/^[0-9.]{1,16}$/),
    raftPort: fc.integer({ min: 1, max: 65_535 }),
  },
  PLAIN,
);

test('S46 whatever is said of a controller comes to the others as it was said, in 512 bytes', () => {
  fc.assert(
    fc.property(aDescription, (description) => {
      const meta = encodeDescription(description);
      assert.ok(meta.length <= 512, `${meta.length} bytes`);
      assert.deepEqual(describedBy(member(meta)), description);
    }),
  );
});

test('S46 the longest name of a pod is cut, so that the rest finds room', () => {
  const meta = encodeDescription({ ...WHOLE, pod: 'p'.repeat(253) });
  assert.ok(meta.length <= 512);
  assert.equal(describedBy(member(meta))?.cluster?.epoch, 3);
});

for (const [what, tags] of [
  ['no port of a Raft server', { id: ID }],
  ['a port that is no number', { raft: 'x' }],
] as const) {
  test(`S46 a member with ${what} is none of ours`, () => {
    const meta = encodeTags(new Map(Object.entries(tags)));
    assert.equal(describedBy(member(meta)), undefined);
    assert.equal(clusterMember(member(meta)).server, undefined);
  });
}

test('S46 a member of meta that nobody can read is none of ours', () => {
  assert.equal(describedBy(member(Uint8Array.of(0xff, 0x81))), undefined);
  assert.equal(describedBy(member(new Uint8Array())), undefined);
});

test('S46 an epoch that makes no sense names no cluster', () => {
  const tags = new Map([
    ['raft', '1'],
    ['cluster', ID],
    ['epoch', '-1'],
  ]);
  assert.equal(describedBy(member(encodeTags(tags)))?.cluster, undefined);
});

test('S46 its Raft server is where the member is', () => {
  const { server, podIp } = clusterMember(member(encodeDescription(WHOLE), '2001:db8::7'));
  assert.equal(podIp, '2001:db8::7');
  assert.equal(server?.raftAddress, '[2001:db8::7]:45679');
});
