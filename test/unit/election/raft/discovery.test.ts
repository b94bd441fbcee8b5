import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discovery } from '../../../../src/election/raft/discovery.ts';
import type { SerfMember, SerfStatus } from '../../../../src/gossip/serf/surface.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const US = '192.0.2.1';
const OTHER = '192.0.2.2';

function seeking() {
  const clock = virtualClock();
  const joined: string[] = [];
  const members = new Map<string, SerfStatus>([[US, 'alive']]);
  const memberOf = ([host, status]: [string, SerfStatus]): SerfMember => ({
    node: host,
    endpoint: { host, port: 45_678 },
    meta: new Uint8Array(),
    status,
  });
  const found = discovery({
    gossip: {
      members: () => [...members].map(memberOf),
      join: ({ host, port }) => void joined.push(`${host}:${port}`),
    },
    settings: { podIp: US, gossipPort: 7 },
    clock,
    random: () => 0.5,
  });
  return { clock, joined, members, found };
}

test('S46 whoever the Service leads to is joined at once, but for ourselves', () => {
  const { joined, found } = seeking();
  found.look([US, OTHER]);
  assert.deepEqual(joined, [`${OTHER}:7`]);
});

test('S46 who does not answer is tried again as long as the Service leads to it', () => {
  const { joined, found, clock } = seeking();
  found.look([OTHER]);
  clock.advance(10_000);
  const tries = joined.length;
  assert.ok(tries > 2 && tries < 12, `${tries} tries`);
  found.look([]);
  clock.advance(10_000);
  assert.equal(joined.length, tries);
});

test('S46 who is a member is let be, and sought again when it has failed', () => {
  const { joined, members, found, clock } = seeking();
  members.set(OTHER, 'alive');
  found.look([OTHER]);
  clock.advance(10_000);
  assert.deepEqual(joined, []);
  members.set(OTHER, 'failed');
  clock.advance(10_000);
  assert.notEqual(joined.length, 0);
});

test('S46 it seeks no more when it is disposed of', () => {
  const { joined, found, clock } = seeking();
  found.look([OTHER]);
  found[Symbol.dispose]();
  clock.advance(10_000);
  assert.equal(joined.length, 1);
});
