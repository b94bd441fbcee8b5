import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPod } from '../../support/kube/pods.ts';

function initStatusOf(pod: { status: Record<string, unknown> }): Record<string, unknown> {
  const statuses = pod.status['initContainerStatuses'];
  assert.ok(Array.isArray(statuses));
  return statuses[0];
}

test('each start of a pod builder’s init container has its own id, and remembers the one before', () => {
  const first = aPod().annotated('web').withIp('10.0.0.1').withInitRunning();
  const again = first.withInitRestarted(3);
  const [one, two] = [initStatusOf(first.build()), initStatusOf(again.build())];
  assert.notEqual(one['containerID'], two['containerID']);
  assert.equal(two['restartCount'], 1);
  const { terminated } = two['lastState'] as { terminated: Record<string, unknown> };
  assert.equal(terminated['containerID'], one['containerID']);
  assert.equal(terminated['exitCode'], 3);
});

test('a pod builder’s recreated pod keeps its name and annotations and nothing of its status', () => {
  const pod = aPod({ name: 'web-1' }).annotated('web').withIp('10.0.0.1').withInitRunning();
  const [old, young] = [pod.build(), pod.recreated().build()];
  assert.equal(young.metadata.name, old.metadata.name);
  assert.deepEqual(young.metadata.annotations, old.metadata.annotations);
  assert.notEqual(young.metadata.uid, old.metadata.uid);
  assert.equal(young.status['podIP'], undefined);
  assert.deepEqual(initStatusOf(young)['state'], { waiting: { reason: 'PodInitializing' } });
});

test('a pod builder’s native sidecar is started only once its startup probe has succeeded', () => {
  const sidecar = aPod().annotated('web').nativeSidecar().withInitRunning();
  assert.equal(initStatusOf(sidecar.build())['started'], false);
  assert.equal(initStatusOf(sidecar.sidecarStarted().build())['started'], true);
});
