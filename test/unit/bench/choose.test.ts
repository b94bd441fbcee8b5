import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../../bench/options.ts';
import { chooseScenarios } from '../../../bench/scenarios/choose.ts';

const ALL = { only: [], quick: false, subject: undefined };
const namesOf = (options: Partial<Parameters<typeof chooseScenarios>[0]>) =>
  chooseScenarios({ ...ALL, ...options }).map(({ name }) => name);

test('every scenario runs unless some are named', () => {
  const alone = ['init', 'trickle', 'burst1000', 'burst5000', 'idle', 'token-life'];
  const several = [
    ...['failover', 'failover-raft', 'stall', 'stall-raft'],
    ...['elections', 'cluster-rest'],
  ];
  const onNode = ['images', 'node'];
  assert.deepEqual(namesOf({}), [...alone, ...several, ...onNode]);
  assert.deepEqual(namesOf({ only: ['idle', 'trickle'] }), ['trickle', 'idle']);
});

test('the floor alone takes no part where it could not', () => {
  assert.ok(namesOf({ subject: 'ours' }).includes('failover'));
  assert.ok(!namesOf({ subject: 'floor' }).includes('failover'));
  assert.ok(namesOf({ subject: 'floor' }).includes('idle'));
});

test('a name that no scenario has is refused with the names that there are', () => {
  const choose = () => chooseScenarios({ ...ALL, only: ['brust'] });
  assert.throws(choose, (error) => error instanceof UsageError && /trickle/.test(error.message));
});

test('a failover has the same figures by either engine, and a machine may be silent for less by Raft', () => {
  const [lease, raft] = chooseScenarios({ ...ALL, only: ['failover', 'failover-raft'] });
  const without = (id: string) => lease?.figures.filter((figure) => figure.id !== id);
  assert.deepEqual(
    raft?.figures.filter(({ id }) => id !== 'vanish-wait'),
    without('vanish-wait'),
  );
  const limits = [lease, raft].map((one) => one?.figures.find(({ id }) => id === 'vanish-wait'));
  assert.deepEqual(
    limits.map((figure) => figure?.target),
    [6_000, 3_000].map((atMost) => ({ kind: 'every-run', atMost })),
  );
});

test('fleets at rest are 3, 5 and 20 by Raft, beside 3 by the Lease', () => {
  const [rest] = chooseScenarios({ ...ALL, only: ['cluster-rest'] });
  const leaders = rest?.figures.filter(({ id }) => id.endsWith('-leader-cpu'));
  assert.deepEqual(
    leaders?.map(({ label }) => label.replace(/:.*/, '')),
    ['3 by Lease', '3 by Raft', '5 by Raft', '20 by Raft'],
  );
});

test('every scenario’s figures have ids of their own', () => {
  for (const { name, figures } of chooseScenarios(ALL)) {
    const ids = figures.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, name);
  }
});
