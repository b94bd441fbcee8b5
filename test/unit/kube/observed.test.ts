import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FinalKubeError, RetryableKubeError } from '../../../src/kube/api/kube-error.ts';
import { podsCheck } from '../../../src/kube/pods-check.ts';
import type { ReflectorReport } from '../../../src/kube/reflector/messages.ts';
import { countWatchEnds } from '../../../src/kube/watch-metrics.ts';

const unreachable = new RetryableKubeError('unreachable', 'watch pods', 'no route');

test('not ready until all pods are listed, and while they cannot be watched', () => {
  const check = podsCheck();
  check.heard({ kind: 'sync-started' });
  check.heard({ kind: 'pending-listed' });
  assert.deepEqual(check.state(), { reason: 'not all pods have been listed yet' });
  check.heard({ kind: 'sync-finished' });
  assert.equal(check.state(), 'ok');
  check.reported({ kind: 'failing', verb: 'watch', error: unreachable, retryInMs: 1 });
  assert.deepEqual(check.state(), { reason: unreachable.message });
  check.reported({ kind: 'recovered', verb: 'watch' });
  assert.equal(check.state(), 'ok');
  check.heard({ kind: 'sync-started' });
  assert.equal(check.state(), 'ok', 'while a later list goes on, the old one is good');
});

test('a watch that ends is counted by how it ended, and nothing else is', () => {
  const counted: unknown[] = [];
  const watchRestarts = { inc: (labels: { cause: string }) => void counted.push(labels.cause) };
  const reports: ReflectorReport[] = [
    { kind: 'watch-ended', error: undefined },
    { kind: 'watch-ended', error: unreachable },
    { kind: 'watch-ended', error: new FinalKubeError('gone', 'watch pods', 'too old') },
    { kind: 'relisting', error: new FinalKubeError('gone', 'watch pods', 'too old') },
    { kind: 'failing', verb: 'watch', error: unreachable, retryInMs: 1 },
    { kind: 'recovered', verb: 'watch' },
    { kind: 'synced', pods: 1, ms: 1 },
  ];
  for (const report of reports) countWatchEnds({ watchRestarts }, report);
  assert.deepEqual(counted, ['timeout', 'error', 'expired']);
});
