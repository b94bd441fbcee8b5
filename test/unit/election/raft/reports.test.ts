import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusNews } from '../../../../src/election/raft/reports.ts';
import { aRaftStatus } from '../../../support/election/raft-status.ts';

const SERVERS = [
  { id: 'a', address: '192.0.2.1:45679', suffrage: 'voter' },
  { id: 'b', address: '192.0.2.2:45679', suffrage: 'nonvoter' },
] as const;

test('S46 the first status is news, the same again is not', () => {
  const news = statusNews();
  const status = aRaftStatus({ term: 3, leader: 'a', configuration: { servers: SERVERS } });
  assert.deepEqual(news(status, 2), [
    { kind: 'leader', id: 'a' },
    { kind: 'shape', epoch: 2, term: 3, servers: 2, voters: 1, isLeader: false },
  ]);
  assert.deepEqual(news({ ...status, commit: 9, heardAt: 4 }, 2), []);
});

for (const [what, but, kinds] of [
  ['another leader', { leader: 'b' }, ['leader']],
  ['no leader', { leader: undefined }, ['leader']],
  ['another term', { term: 4 }, ['shape']],
  ['that it leads itself', { role: 'leader' }, ['shape']],
  ['another configuration', { configuration: { servers: SERVERS.slice(1) } }, ['shape']],
] as const) {
  test(`S46 ${what} is news`, () => {
    const news = statusNews();
    const status = aRaftStatus({ term: 3, leader: 'a', configuration: { servers: SERVERS } });
    news(status, 2);
    assert.deepEqual(
      news({ ...status, ...but }, 2).map(({ kind }) => kind),
      kinds,
    );
  });
}

test('S46 another epoch is news', () => {
  const news = statusNews();
  news(aRaftStatus(), 1);
  assert.deepEqual(
    news(aRaftStatus(), 2).map(({ kind }) => kind),
    ['shape'],
  );
});
