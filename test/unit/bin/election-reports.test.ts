import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepWarm } from '../../../src/bin/assembly/keep-warm.ts';
import { logLeaseReport } from '../../../src/bin/reports/log-lease-report.ts';
import { measureElection } from '../../../src/bin/reports/measure-election.ts';
import type { LeaseReport } from '../../../src/election/lease/messages.ts';
import { FinalKubeError } from '../../../src/kube/api/kube-error.ts';
import { createMetrics } from '../../../src/telemetry/metrics/metrics.ts';
import { sampleOf } from '../../support/telemetry/read-metrics.ts';
import { recordedLog } from '../../support/telemetry/recorded-log.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const forbidden = new FinalKubeError('forbidden', 'get the Lease', '403 no');

const LINES: readonly [LeaseReport, readonly string[]][] = [
  [{ kind: 'holder', holder: 'a_1', isUs: false }, ['info: a_1 leads']],
  [{ kind: 'holder', holder: undefined, isUs: false }, ['info: nobody holds the Lease']],
  [{ kind: 'holder', holder: 'b_2', isUs: true }, []],
  [
    { kind: 'term-began', cause: 'free' },
    ['info: this controller acts from now on: nobody held the Lease'],
  ],
  [
    { kind: 'term-began', cause: 'probe' },
    ["info: this controller acts from now on: its holder's process is gone"],
  ],
  [
    { kind: 'term-ended', end: 'handed-over' },
    ['info: this controller acts no longer: it was told to stop'],
  ],
  [
    { kind: 'term-ended', end: 'lapsed' },
    ['warn: this controller acts no longer: it could not renew the Lease in time'],
  ],
  [{ kind: 'renewed', ms: 12 }, []],
  [{ kind: 'renewed', ms: 800 }, ['warn: the write that holds the Lease took 800ms']],
  [{ kind: 'failing', error: forbidden }, ['error: the election: get the Lease: 403 no']],
  [{ kind: 'recovered' }, ['info: the election: the API server answers as it should again']],
];

for (const [report, said] of LINES) {
  test(`S40 the log says of the election: ${said[0] ?? `nothing of ${report.kind}`}`, () => {
    const log = recordedLog();
    logLeaseReport(log.logger, report);
    assert.deepEqual(log.lines, said);
  });
}

test('S40 the metrics say who leads, whether that is us, and how we came to it', async () => {
  const usage = { residentBytes: () => 1, cpuSeconds: () => 1, openFiles: () => 1, startedAt: 1 };
  const metrics = createMetrics({ version: '1', runtime: 'v24' }, usage);
  const report = measureElection(metrics, virtualClock());
  const samples = async (...names: [string, Record<string, string>?][]) => {
    const text = await metrics.expose();
    return names.map(([name, labels]) => sampleOf(text, name, labels));
  };
  report({ kind: 'holder', holder: 'a_1', isUs: false });
  assert.deepEqual(
    await samples(['election_acting'], ['election_leader', { leader: 'a_1' }]),
    [0, 1],
  );
  report({ kind: 'holder', holder: undefined, isUs: false });
  assert.deepEqual(
    await samples(
      ['election_leader', { leader: 'a_1' }],
      ['election_leader_since_timestamp_seconds'],
    ),
    [undefined, undefined],
  );
  report({ kind: 'holder', holder: 'b_2', isUs: true });
  report({ kind: 'term-began', cause: 'expired' });
  report({ kind: 'renewed', ms: 20 });
  assert.deepEqual(
    await samples(
      ['election_acting'],
      ['election_terms_total', { cause: 'expired' }],
      ['raft_leader_changes_seen_total'],
      ['election_lease_renewal_seconds_count'],
    ),
    [1, 1, 2, 1],
  );
  report({ kind: 'term-ended', end: 'taken' });
  assert.deepEqual(
    await samples(['election_acting'], ['election_terms_ended_total', { end: 'taken' }]),
    [0, 1],
  );
});

test('S42 a server is asked so often that its connection stays open, until it is enough', () => {
  const clock = virtualClock();
  let asked = 0;
  const warm = keepWarm(() => {
    asked += 1;
  }, clock);
  clock.advance(60_000);
  assert.equal(asked, 4);
  warm[Symbol.dispose]();
  clock.advance(60_000);
  assert.equal(asked, 4);
});
