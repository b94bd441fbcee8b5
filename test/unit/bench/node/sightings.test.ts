import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Sighting, see } from '../../../../bench/node/sightings.ts';

const running = { running: { startedAt: '2026-01-31T12:00:00Z' } };
const container = (state: object, restartCount = 0, containerID = 'containerd://0a1b') => ({
  containerID,
  restartCount,
  state,
});

/** What is seen of pod `p` when its statuses come one after the other, at 100, 200, … */
function seenOf(...statuses: readonly object[]): Sighting | undefined {
  const sightings = new Map<string, Sighting>();
  for (const [index, status] of statuses.entries()) {
    const object = { metadata: { name: 'p' }, status };
    see(sightings, JSON.stringify({ type: 'MODIFIED', object }), (index + 1) * 100);
  }
  return sightings.get('p');
}

test('a pod’s containers are seen to run when the first status says so', () => {
  const init = { initContainerStatuses: [container(running)] };
  const ended = { initContainerStatuses: [container({ terminated: { exitCode: 0 } })] };
  const app = { ...ended, containerStatuses: [container(running, 0, 'containerd://2c3d')] };
  assert.deepEqual(seenOf({}, init, init, app, app), {
    initSeen: 200,
    appSeen: 400,
    initId: '0a1b',
    appId: '2c3d',
    faulty: false,
  });
});

test('an init container that fails, or runs again, is a fault for good', () => {
  const failed = { initContainerStatuses: [container({ terminated: { exitCode: 1 } })] };
  const again = { initContainerStatuses: [container(running, 1)] };
  const good = { initContainerStatuses: [container(running)] };
  assert.equal(seenOf(failed, good)?.faulty, true);
  assert.equal(seenOf(again)?.faulty, true);
  assert.equal(seenOf(good)?.faulty, false);
});

test('a watch that cannot go on says why', () => {
  const line = JSON.stringify({ type: 'ERROR', object: { message: 'too old' } });
  assert.throws(() => see(new Map(), line, 1), /too old/);
});
