import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherPod } from '../../../../src/doctor/pods/one-pod.ts';
import { judgeSeen } from '../../../../src/doctor/pods/pod-steps.ts';
import type { KubeRequest } from '../../../../src/kube/api/kube-client.ts';
import { FinalKubeError } from '../../../../src/kube/api/kube-error.ts';
import { inShort } from '../../../support/doctor/findings.ts';
import { aPod } from '../../../support/kube/pods.ts';

/** An API server that lists this for each selector. */
function clientFor(answer: (query: Readonly<Record<string, string>>) => unknown) {
  return {
    json: async ({ query = {} }: KubeRequest) => {
      const value = answer(query);
      if (value instanceof Error) throw value;
      return value;
    },
    stream: () => assert.fail('nothing is streamed'),
    close: () => {},
  };
}

const NAME = { namespace: 'default', name: 'pod' };

test('one pod is read with what its status says, and whether the selector matches it', async () => {
  const pod = aPod().annotated('web').build();
  const client = clientFor(({ fieldSelector, labelSelector }) => {
    assert.equal(fieldSelector, 'metadata.name=pod');
    return { items: labelSelector === undefined ? [pod] : [] };
  });
  const facts = await gatherPod(client, NAME, 'app=other');
  assert.ok(facts.kind === 'found');
  assert.deepEqual([facts.waitingFor, facts.selected], ['PodInitializing', false]);
  assert.match(
    inShort(judgeSeen(facts, NAME)),
    /^ok pod\.exists: default\/pod exists, in phase Pending/,
  );
});

test('a pod that is not there, or cannot be read, is told as that', async () => {
  const absent = await gatherPod(
    clientFor(() => ({ items: [] })),
    NAME,
    undefined,
  );
  assert.match(
    inShort(judgeSeen(absent, NAME)),
    /^failed .* there is no pod pod in namespace default/,
  );
  const error = new FinalKubeError('forbidden', 'list pods', '403 no');
  const unread = await gatherPod(
    clientFor(() => error),
    NAME,
    undefined,
  );
  assert.match(inShort(judgeSeen(unread, NAME)), /^failed .* cannot be read: list pods: 403 no/);
});
