import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mint } from '../../support/installation/exchange.ts';
import { initProcess } from '../../support/installation/image.ts';
import type { Program } from '../../support/program.ts';
import { sampleOf } from '../../support/telemetry/read-metrics.ts';
import { scrape } from '../../support/telemetry/scrape.ts';
import { until } from '../../support/until.ts';
import { goInit } from './go-init.ts';
import { pushAsGo } from './go-push.ts';
import { rulesOfTheGuide } from './guide-rules.ts';
import { createAll } from './manifest.ts';
import { OLD_PORT, type OldPod } from './node.ts';
import { isReady, type OldInstallation, startOldInstallation } from './old-installation.ts';

let home: OldInstallation;
let controller: Program;

before(async () => {
  home = await startOldInstallation({ manifest: 'quick-start', vaultAddr: 'http://vault:8200' });
  await createAll(home.plane, rulesOfTheGuide('default'));
  controller = await home.start();
  await isReady(home);
});

after(() => home[Symbol.asyncDispose]());

/** What the controller has logged about a pod. */
function said(pod: string, msg: RegExp): string[] {
  const lines = controller.printed.split('\n').filter((line) => line.includes(`"pod":"${pod}"`));
  return lines.filter((line) => msg.test(JSON.parse(line).msg));
}

async function pushes(): Promise<{ all: number | undefined; failed: number | undefined }> {
  const { text } = await scrape(home.metricsUrl, { ca: home.oldVault.rootCaPem });
  const role = { approle: 'sample-app' };
  const all = sampleOf(text, 'server_secret_pushes_total', role);
  return { all, failed: sampleOf(text, 'server_secret_push_failures_total', role) ?? 0 };
}

test('S12 an empty 200 before the exchange counts as pushed, and its container is left alone while it runs', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const slow = goInit({ vault: home.vault, held });
  const pod = await home.pod();
  await pod.start(slow.image);
  await until('it is told to be pushed', () => said(pod.name, /^pushed$/).length === 1);
  assert.deepEqual(await pushes(), { all: 1, failed: 0 });
  assert.equal(said(pod.name, /^delivered/).length, 0);

  await pod.annotate({ 'somebody.example/note': 'it changes, and still runs' });
  const quick = goInit({ vault: home.vault });
  const other = await home.pod();
  await other.start(quick.image);
  assert.equal(await other.ended(), 0);
  await until(
    'the other is told to be delivered',
    () => said(other.name, /^delivered/).length === 1,
  );
  assert.equal(slow.pushes.length, 1);

  release();
  assert.equal(await pod.ended(), 0);
  await until('it is told to be delivered', () => said(pod.name, /^delivered/).length === 1);
  assert.deepEqual([slow.pushes.length, quick.pushes.length], [1, 1]);
  assert.deepEqual(await pushes(), { all: 2, failed: 0 });
  assert.equal(slow.pushes[0]?.vaultCAs, null);
});

test('S12 one that took its push and then ended badly is told, and gets another secret_id at its next start', async () => {
  const { promise: held, reject: fail } = Promise.withResolvers<void>();
  const bad = goInit({ vault: home.vault, held });
  const pod = await home.pod();
  await pod.start(bad.image);
  await until('it is told to be pushed', () => said(pod.name, /^pushed$/).length === 1);
  fail(new Error('it cannot log in'));
  assert.equal(await pod.ended(), 1);
  await until('its end is told', () => said(pod.name, /exit code 1/).length > 0);

  const good = goInit({ vault: home.vault });
  await pod.start(good.image);
  assert.equal(await pod.ended(), 0);
  await until('it is told to be delivered', () => said(pod.name, /^delivered/).length === 1);
  assert.notEqual(good.pushes[0]?.token, bad.pushes[0]?.token);
  assert.deepEqual([bad.pushes.length, good.pushes.length], [1, 1]);
});

/** Pushes to the pod as a controller of the original does that runs, too, until somebody has served it. */
async function pushToo({ ip }: OldPod, ended: Promise<number>): Promise<void> {
  const { token, creation_time: creationTime, ttl } = await mint(home.vault, 'sample-app');
  const push = { token, creationTime, ttl, vaultAddr: home.vault.addr };
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  await until('it is pushed to', async () => {
    if (!isOver) await pushAsGo(ip, OLD_PORT, push);
    return true;
  });
}

test('S22 beside a controller of the original that pushes too, all are served, and nothing is taken for an interception', async () => {
  const images = [initProcess, initProcess, goInit(home).image, goInit(home).image];
  const pods = await Promise.all(images.map(() => home.pod()));
  const codes = pods.map(async (pod, index) => {
    const started = pod.start(images[index] ?? initProcess);
    const ended = started.then(() => pod.ended());
    await Promise.all([pushToo(pod, ended), ended]);
    return await ended;
  });
  assert.deepEqual(await Promise.all(codes), [0, 0, 0, 0]);
  assert.doesNotMatch(controller.printed, /"level":"error"/);
});
