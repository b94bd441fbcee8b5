import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  gatherElection,
  judgeElection,
  judgeElectionForPod,
} from '../../../src/doctor/kubernetes/election.ts';
import type { KubeRequest } from '../../../src/kube/api/kube-client.ts';
import { FinalKubeError, RetryableKubeError } from '../../../src/kube/api/kube-error.ts';
import { inShort } from '../../support/doctor/findings.ts';
import { VIRTUAL_EPOCH, virtualClock } from '../../support/virtual-clock.ts';

const OWN = { serviceNamespace: 'kv', service: 'vault' };

/** As the API server writes it, so long before the virtual time begins. */
function ago(ms: number): string {
  return new Date(VIRTUAL_EPOCH - ms).toISOString().replace('Z', '000Z');
}

function heldBy(holderIdentity: unknown, renewedMsAgo: number, acquiredMsAgo = 60_000) {
  return {
    spec: {
      holderIdentity,
      acquireTime: ago(acquiredMsAgo),
      renewTime: ago(renewedMsAgo),
    },
  };
}

/** What is found where the API server answers so, one time after the other, and then goes on with the last. */
async function examined(...answers: readonly unknown[]) {
  const clock = virtualClock();
  const requests: KubeRequest[] = [];
  const json = async (request: KubeRequest) => {
    requests.push(request);
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const stream = () => assert.fail('nothing is streamed');
  const gathering = gatherElection({ json, stream, close: () => {} }, OWN, clock);
  await clock.advanceAsync(60_000);
  return { finding: judgeElection(await gathering, OWN, VIRTUAL_EPOCH), requests };
}

const LEADING = heldBy('kv-7d4f_0b6e', 300);
const SILENT = heldBy('kv-7d4f_0b6e', 180_000);
const ABSENT = new FinalKubeError('notFound', 'get the Lease', '404 not found');
const FORBIDDEN = new FinalKubeError('forbidden', 'get the Lease', '403 no');
const AWAY = new RetryableKubeError('unreachable', 'get the Lease', 'ECONNRESET');

/** `looks`: how many requests it takes to be sure. */
const LEASES: readonly [what: string, answers: readonly unknown[], says: RegExp, looks: number][] =
  [
    [
      'is being renewed',
      [LEADING],
      /^ok kubernetes\.election: kv-7d4f leads since 1m, and renewed its Lease 300ms ago$/,
      1,
    ],
    [
      'does not say since when it is held',
      [{ spec: { holderIdentity: 'me', acquireTime: 'soon', renewTime: ago(0) } }],
      /^ok .* me leads, and renewed its Lease 0ms ago$/,
      1,
    ],
    [
      'is held by an identity without a pod’s name',
      [heldBy('_x', 0)],
      /^ok .* _x leads since 1m, /,
      1,
    ],
    [
      'is renewed by a clock that is a little ahead',
      [heldBy('kv_1', -2_000, -1_000)],
      /^ok .* kv leads since 0ms, and renewed its Lease 0ms ago$/,
      1,
    ],
    [
      'is renewed by a clock that is behind',
      [SILENT, SILENT, heldBy('kv-7d4f_0b6e', 179_000)],
      /^ok .* kv-7d4f leads, and renews its Lease; its clock and the one here do not agree$/,
      3,
    ],
    [
      'is renewed by a clock that is far ahead',
      [heldBy('kv_1', -90_000), heldBy('kv_1', -91_000)],
      /^ok .* kv leads, and renews its Lease; its clock/,
      2,
    ],
    [
      'is taken over while it is looked at',
      [SILENT, heldBy('kv-other_1', 0)],
      /^ok .* kv-other leads since 1m, and renewed its Lease 0ms ago$/,
      2,
    ],
    [
      'is held by a clock that was ahead, and not renewed',
      [heldBy('kv_1', -8_000)],
      /^warning .* kv holds the Lease kv\/vault, and has not renewed it for 5s → /,
      6,
    ],
    ['is not there', [ABSENT], /^warning .* no controller acts: there is no Lease kv\/vault → /, 1],
    [
      'has no holder',
      [heldBy('', 0)],
      /^warning .* no controller acts: nobody holds the Lease kv\/vault → .*readyz\?verbose/,
      1,
    ],
    ['is nonsense', ['nonsense'], /^warning .* nobody holds the Lease/, 1],
    [
      'is given back while it is looked at',
      [SILENT, heldBy('', 0)],
      /^warning .* nobody holds the Lease/,
      2,
    ],
    [
      'is not renewed any more',
      [SILENT],
      /^warning .* no controller acts: kv-7d4f holds the Lease kv\/vault, and has not renewed it for 5s; it did so last 3m ago, by this machine's clock → /,
      6,
    ],
    [
      'was never renewed',
      [{ spec: { holderIdentity: 'kv_1' } }],
      /^warning .* kv holds the Lease kv\/vault, and has not renewed it for 5s → /,
      6,
    ],
    [
      'was renewed last in the future',
      [heldBy('kv_1', -90_000)],
      /^warning .* kv holds the Lease kv\/vault, and has not renewed it for 5s → /,
      6,
    ],
    [
      'may not be read',
      [FORBIDDEN],
      /^skipped .* who acts cannot be seen: get the Lease: 403 no$/,
      1,
    ],
    ['can be read no more', [SILENT, AWAY], /^skipped .* who acts cannot be seen: .*ECONNRESET/, 2],
  ];

for (const [what, answers, says, looks] of LEASES) {
  test(`a Lease that ${what} is told so: ${says.source}`, async () => {
    const { finding, requests } = await examined(...answers);
    assert.match(inShort(finding), says);
    assert.equal(requests.length, looks);
  });
}

test('only the one Lease is asked for, and only read', async () => {
  const { requests } = await examined(LEADING);
  const path = '/apis/coordination.k8s.io/v1/namespaces/kv/leases/vault';
  assert.deepEqual(requests, [{ name: 'get the Lease', path, deadlineMs: 10_000 }]);
});

test('S18 what anybody has written into the Lease is told fit to be read', async () => {
  const { finding } = await examined(heldBy(`\u001b[31m${'x'.repeat(1_000)}`, 0));
  assert.doesNotMatch(finding.reason, /\p{Cc}/u);
  assert.ok(finding.reason.length < 300);
});

test('while nobody acts, that is why a pod waits', async () => {
  const forPod = async (answer: unknown) =>
    inShort(judgeElectionForPod((await examined(answer)).finding));
  assert.match(
    await forPod(ABSENT),
    /^failed kubernetes\.election: the pod waits because no controller acts: there is no Lease kv\/vault → start/,
  );
  assert.match(await forPod(LEADING), /^ok /);
  assert.match(await forPod(FORBIDDEN), /^skipped /);
});
