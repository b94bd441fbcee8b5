import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertAllServed,
  assertNoneLeft,
  assertNoneMissing,
  assertNoneTwice,
} from './controller/judgement.ts';
import { SimCluster } from './controller/sim-cluster.ts';
import { storm, stormOfControllers } from './controller/storm.ts';
import { forEachSeed } from './seeds.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

test('S12 in good weather every pod is served, with one push each, and nothing is left', async () => {
  const cluster = new SimCluster(1);
  const controller = cluster.startController();
  for (let n = 0; n < 50; n += 1) cluster.createPod();
  const took = await cluster.untilAllServed(10 * SECOND);
  assertAllServed(cluster);
  assert.equal(cluster.sendings.length, 50);
  assert.ok(took < 2 * SECOND, `${took}`);
  assert.equal(cluster.vault.accessors().length, 50);
  await cluster.clock.advanceAsync(SECOND);
  const remembered = Object.entries(controller.counts()).filter(([, count]) => count > 0);
  // For an hour, so that no pod is minted for too often.
  assert.deepEqual(remembered, [['mintedFor', 50]]);
});

test('S2 S7 S11 S12 S15 through any storm every pod is served in the end, and none twice', async () => {
  await forEachSeed(100, async (seed) => {
    const cluster = new SimCluster(seed);
    cluster.startController();
    await storm(cluster, 180);
    cluster.becomeGood();
    await cluster.untilAllServed(2 * HOUR);
    assertAllServed(cluster);
    assertNoneTwice(cluster);
    await cluster.clock.advanceAsync(300 * SECOND);
    assertNoneLeft(cluster);
    assertNoneMissing(cluster);
  });
});

test('S7 S41 a controller that is killed amid a burst, and started again, leaves no pod without its token', async () => {
  await forEachSeed(30, async (seed) => {
    const cluster = new SimCluster(seed);
    const first = cluster.startController();
    for (let n = 0; n < 100; n += 1) cluster.createPod();
    await cluster.clock.advanceAsync(50 + cluster.random() * 200);
    first.kill();
    assert.ok(cluster.unserved().length > 0, 'it is killed amid its work');
    await cluster.clock.advanceAsync(cluster.random() * 3 * SECOND);
    cluster.startController();
    const took = await cluster.untilAllServed(HOUR);
    assertAllServed(cluster);
    assertNoneTwice(cluster);
    assert.ok(took < 10 * SECOND, `the last pod waited ${took} ms`);
    await cluster.clock.advanceAsync(300 * SECOND);
    assertNoneLeft(cluster, (sender) => sender === 2);
    assertNoneMissing(cluster);
  });
});

test('S7 S41 controllers that are killed or stopped again and again in a storm lose no pod', async () => {
  await forEachSeed(50, async (seed) => {
    const cluster = new SimCluster(seed);
    const last = await stormOfControllers(cluster, 120);
    cluster.becomeGood();
    await cluster.untilAllServed(2 * HOUR);
    assertAllServed(cluster);
    assertNoneTwice(cluster);
    assertNoneMissing(cluster);
    await cluster.clock.advanceAsync(300 * SECOND);
    assert.equal(last.counts().cleanups, 0);
  });
});
