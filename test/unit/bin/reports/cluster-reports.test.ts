import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logClusterReport } from '../../../../src/bin/reports/log-cluster-report.ts';
import { measureCluster } from '../../../../src/bin/reports/measure-cluster.ts';
import { reportCluster } from '../../../../src/bin/reports/report-cluster.ts';
import type { RaftElectionReport, ShapeReport } from '../../../../src/election/raft/reports.ts';
import type { SerfChange, SerfMember } from '../../../../src/gossip/serf/surface.ts';
import { FinalKubeError } from '../../../../src/kube/api/kube-error.ts';
import { RaftWireError } from '../../../../src/raft/wire/wire-error.ts';
import { createMetrics } from '../../../../src/telemetry/metrics/metrics.ts';
import { otherMember } from '../../../support/election/raft-election.ts';
import { sampleOf } from '../../../support/telemetry/read-metrics.ts';
import { recordedLog } from '../../../support/telemetry/recorded-log.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const CLUSTER = { id: 'blue', epoch: 2 };
const SHAPE: ShapeReport = {
  kind: 'shape',
  epoch: 2,
  term: 7,
  servers: 4,
  voters: 3,
  isLeader: true,
};
const forbidden = new FinalKubeError('forbidden', 'create the Lease', '403 no');
const NODE = otherMember().node;

function member(change: SerfChange, who: SerfMember = otherMember()): RaftElectionReport {
  return { kind: 'member', change, member: who };
}

function changing(kind: 'promote' | 'demote' | 'remove'): RaftElectionReport {
  return { kind: 'changing', change: { kind, id: 'x' } };
}

/** What comes of each report: a line, or none. */
const LINES: readonly [RaftElectionReport, string | undefined][] = [
  [SHAPE, undefined],
  [{ kind: 'leader', id: 'x' }, 'info: server x leads the Raft cluster'],
  [{ kind: 'leader', id: undefined }, 'info: nobody leads the Raft cluster'],
  [member('joined'), 'info: controller b has joined'],
  [member('left'), 'info: controller b has left'],
  [member('failed'), 'info: controller b is not heard of any more'],
  [member('reaped'), 'info: controller b is forgotten'],
  [member('updated'), undefined],
  [
    member('joined', { ...otherMember(), meta: new Uint8Array([1]) }),
    `info: controller ${NODE} has joined`,
  ],
  [
    { kind: 'handing-on', to: 'x' },
    'warn: this server leads, and cannot serve pods or cannot hold the Lease: server x is to lead',
  ],
  [
    { kind: 'trouble', error: new Error('the disk is full') },
    'error: no Raft server runs here: the disk is full',
  ],
  [{ kind: 'trouble', error: undefined }, 'info: the Raft server runs again'],
  [
    { kind: 'founding', cluster: CLUSTER, cause: 'none' },
    'info: begins Raft cluster blue (epoch 2): there is none',
  ],
  [
    { kind: 'founding', cluster: CLUSTER, cause: 'quorum-lost' },
    'info: begins Raft cluster blue (epoch 2): most voters of the one before are gone for good',
  ],
  [
    { kind: 'serving', cluster: CLUSTER, as: 'founder' },
    'info: takes part in Raft cluster blue (epoch 2) as its first server',
  ],
  [
    { kind: 'serving', cluster: CLUSTER, as: 'returning' },
    'info: takes part in Raft cluster blue (epoch 2) with the data of before',
  ],
  [
    { kind: 'dropped', cluster: CLUSTER },
    'warn: drops the data of Raft cluster blue (epoch 2): the Lease names another',
  ],
  [
    { kind: 'doubting', cluster: CLUSTER, cause: 'data-lost' },
    'warn: takes Raft cluster blue (epoch 2) for lost: nobody has the data of the one before',
  ],
  [
    { kind: 'objecting', doubter: 'y' },
    'warn: another takes this Raft cluster for lost, and this server leads it',
  ],
  [
    { kind: 'mending', cluster: CLUSTER },
    'warn: the Lease of the Raft cluster was deleted or edited: it is written again',
  ],
  [
    { kind: 'changing', change: { kind: 'add', id: 'x', address: '192.0.2.1:1' } },
    'info: server x is added to the Raft cluster',
  ],
  [changing('promote'), 'info: server x becomes a voter'],
  [changing('demote'), 'info: server x is a voter no more'],
  [changing('remove'), 'info: server x is removed from the Raft cluster'],
  [
    { kind: 'ending', cluster: CLUSTER },
    'info: the last server leaves: the Raft cluster has ended',
  ],
  [
    { kind: 'failing', error: forbidden },
    "error: the Raft cluster's Lease: create the Lease: 403 no",
  ],
  [{ kind: 'recovered' }, "info: the Raft cluster's Lease can be read and written again"],
];

for (const [report, said] of LINES) {
  test(`S46 the log says of the cluster: ${said ?? `nothing of ${report.kind}`}`, () => {
    const log = recordedLog();
    logClusterReport(log.logger, report);
    assert.deepEqual(log.lines, said === undefined ? [] : [said]);
  });
}

function newMetrics() {
  const usage = { residentBytes: () => 1, cpuSeconds: () => 1, openFiles: () => 1, startedAt: 1 };
  return createMetrics({ version: '1', runtime: 'v24' }, usage);
}

test('S46 the metrics say how the Raft cluster stands', async () => {
  const metrics = newMetrics();
  const names = ['cluster_epoch', 'raft_term', 'raft_nodes_total', 'raft_voters', 'raft_leading'];
  const samples = async () => {
    const text = await metrics.expose();
    return names.map((name) => sampleOf(text, name));
  };
  assert.deepEqual(new Set(await samples()), new Set([undefined]));
  measureCluster(metrics, SHAPE);
  assert.deepEqual(await samples(), [2, 7, 4, 3, 1]);
  measureCluster(metrics, { ...SHAPE, term: 8, isLeader: false });
  assert.deepEqual(await samples(), [2, 8, 4, 3, 0]);
});

test('S43 a server that does not run does not lead', async () => {
  const metrics = newMetrics();
  const leading = async () => sampleOf(await metrics.expose(), 'raft_leading');
  measureCluster(metrics, SHAPE);
  measureCluster(metrics, { kind: 'trouble', error: undefined });
  assert.equal(await leading(), 1);
  measureCluster(metrics, { kind: 'trouble', error: new Error('the disk is full') });
  assert.equal(await leading(), 0);
});

test('S46 the metrics count who comes and goes', async () => {
  const metrics = newMetrics();
  const changes = ['joined', 'left', 'failed', 'reaped'] as const;
  for (const change of [...changes, 'failed', 'updated'] as const) {
    measureCluster(metrics, member(change));
  }
  const text = await metrics.expose();
  assert.deepEqual(
    changes.map((change) => sampleOf(text, `gossip_nodes_${change}_total`, { node: NODE })),
    [1, 1, 2, 1],
  );
});

/** What each part reports, to the log and to the metrics. */
function reporting() {
  const clock = virtualClock();
  const log = recordedLog(clock);
  const metrics = newMetrics();
  const reporter = reportCluster({ logger: log.logger, metrics, clock });
  const from = { host: '192.0.2.9', port: 7 };
  const dropped = async (protocol: string, reason: string) =>
    sampleOf(await metrics.expose(), 'cluster_dropped_total', { protocol, reason });
  const gossip = (reason: 'unreadable' | 'replayed' | 'cut') =>
    reporter.gossip({ kind: 'dropped', reason, from, error: new Error(reason) });
  return { clock, log, metrics, reporter, dropped, gossip, from };
}

test('what strangers may cause is counted from 0, and the rest from the first one', async () => {
  const { dropped } = reporting();
  for (const reason of ['unreadable', 'label', 'replayed']) {
    assert.equal(await dropped('gossip', reason), 0);
  }
  assert.equal(await dropped('raft', 'stranger'), 0);
  assert.equal(await dropped('gossip', 'cut'), undefined);
});

test('S43 each that is dropped is counted, and of each kind one a minute logged', async () => {
  const { clock, log, gossip, dropped, from } = reporting();
  for (let packets = 0; packets < 100; packets += 1) {
    gossip('unreadable');
    gossip('replayed');
    clock.advance(100);
  }
  const unreadable = 'warn: gossip: what came was dropped: unreadable';
  const replayed = 'warn: gossip: what came was dropped: replayed';
  assert.deepEqual(log.lines, [unreadable, replayed]);
  assert.deepEqual(JSON.parse(log.written[0] ?? '').from, from);
  assert.deepEqual(
    [await dropped('gossip', 'unreadable'), await dropped('gossip', 'cut')],
    [100, undefined],
  );
  clock.advance(49_999);
  gossip('unreadable');
  assert.equal(log.lines.length, 2);
  clock.advance(1);
  gossip('unreadable');
  gossip('unreadable');
  assert.deepEqual(log.lines.slice(2), [unreadable]);
  assert.equal(await dropped('gossip', 'unreadable'), 103);
});

test('S43 strangers to Raft are counted apart from whoever says what nobody says', async () => {
  const { reporter, log, dropped } = reporting();
  reporter.raft({ kind: 'stranger', error: new Error('no key') });
  reporter.raft({ kind: 'stranger', error: new Error('another key') });
  reporter.raft({ kind: 'malformed', error: new RaftWireError('no map') });
  assert.deepEqual([await dropped('raft', 'stranger'), await dropped('raft', 'malformed')], [2, 1]);
  assert.deepEqual(log.lines, [
    'warn: raft: what came was dropped: no key',
    'warn: raft: what came was dropped: no map',
  ]);
});

test('what is wrong with ourselves is told, and what a cluster copes with is not', () => {
  const { reporter, log, from } = reporting();
  const error = new Error('EMFILE');
  reporter.gossip({ kind: 'failed', error });
  reporter.raft({ kind: 'failed', error });
  for (let times = 0; times < 9; times += 1) {
    reporter.gossip({ kind: 'conflict', node: NODE, endpoint: from });
  }
  reporter.gossip({ kind: 'unreached', to: from, error });
  reporter.gossip({ kind: 'unsent', to: from, error });
  reporter.gossip({ kind: 'suspected', node: NODE, by: NODE });
  reporter.gossip({ kind: 'stalled', ms: 500 });
  reporter.raft({ kind: 'unanswered', to: 'x', error });
  assert.deepEqual(log.lines, [
    'error: gossip: EMFILE',
    'error: raft: a request could not be answered',
    `warn: two controllers claim the address ${NODE}`,
  ]);
});

test('S46 what the election reports is logged and measured', async () => {
  const { reporter, log, metrics } = reporting();
  reporter.election(SHAPE);
  reporter.election(member('joined'));
  assert.deepEqual(log.lines, ['info: controller b has joined']);
  const text = await metrics.expose();
  assert.equal(sampleOf(text, 'raft_term'), 7);
  assert.equal(sampleOf(text, 'gossip_nodes_joined_total', { node: NODE }), 1);
});
