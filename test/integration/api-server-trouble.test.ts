import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Fault } from '../../src/sim/faults.ts';
import type { Controller } from '../support/installation/controller.ts';
import { type Installation, startInstallation } from '../support/installation/installation.ts';
import type { Pod } from '../support/installation/pod.ts';
import { isWatch } from '../support/servers/faulty-proxy.ts';

let home: Installation;
let controller: Controller;

before(async () => {
  home = await startInstallation({ proxied: true });
  controller = await home.controller();
});

after(() => home[Symbol.asyncDispose]());

function assertMintedOnce(pods: readonly Pod[]): void {
  for (const { uid, name } of pods) {
    assert.equal(controller.said({ msg: /^minted/, uid }).length, 1, name);
  }
}

const EXPIRED = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };
const INTERNAL = { kind: 'Status', code: 500, message: 'etcdserver: no leader' };

/** What is done to the watch, and what is done to the request that follows. */
const TROUBLES: readonly [string, (proxy: Installation['servers']['kubeProxy']) => void, Fault?][] =
  [
    ['ends', (proxy) => proxy.endWatches()],
    ['is reset', (proxy) => proxy.cutConnections()],
    ['ends with 410', (proxy) => proxy.endWatches({ type: 'ERROR', object: EXPIRED })],
    [
      'ends, and cannot be resumed for 410',
      (proxy) => proxy.endWatches(),
      { kind: 'answer', status: 410, body: JSON.stringify(EXPIRED) },
    ],
    [
      'is reset, and the next request meets 500',
      (proxy) => proxy.cutConnections(),
      { kind: 'answer', status: 500, body: JSON.stringify(INTERNAL) },
    ],
    [
      'is reset, and the next answer is cut',
      (proxy) => proxy.cutConnections(),
      { kind: 'cut', atByte: 300 },
    ],
  ];

for (const [what, trouble, next] of TROUBLES) {
  test(`S2 while the watch ${what}, every pod is served, once, and little is asked`, async () => {
    const proxy = home.servers.kubeProxy;
    const before = proxy.podRequests().length;
    const started = home.pods(5);
    if (next !== undefined) proxy.faults.order({ fault: next, times: 1 });
    trouble(proxy);
    const pods = [...(await started), ...(await home.pods(5))];
    await Promise.all(pods.map((pod) => pod.served()));
    assertMintedOnce(pods);
    const asked = proxy.podRequests().length - before;
    assert.ok(asked <= 8, `${asked} requests`);
  });
}

test('S2 the watch is resumed where it ended, and all pods are listed again only after 410', async () => {
  const { kubeProxy } = home.servers;
  const lists = () => kubeProxy.podRequests().filter((url) => !isWatch(url)).length;
  const before = lists();
  kubeProxy.endWatches();
  await (await home.pod()).served();
  assert.equal(lists(), before);
});

test('S7 pods that start while the API server is away for the controller are served after', async () => {
  const { kubeProxy } = home.servers;
  await kubeProxy.stop();
  const pods = await home.pods(20);
  await controller.says({ msg: /^cannot watch pods/ });
  await kubeProxy.start();
  await Promise.all(pods.map((pod) => pod.served()));
  assertMintedOnce(pods);
});

test('S7 a killed API server that is back finds pods served that waited, and serves others', async () => {
  const { plane, vaultProxy } = home.servers;
  // What waits for Vault in the meantime is in nobody's memory but the controller's.
  const back = vaultProxy.faults.order({ fault: { kind: 'answer', status: 503 } });
  const waiting = await home.pods(10);
  await controller.says({ msg: /^Vault cannot be asked/ });
  const failures = controller.said({ msg: /^cannot (list|watch) pods/ }).length;
  await plane.killApiServer();
  const restarted = plane.startApiServer();
  back();
  await restarted;
  const others = await home.pods(10);
  await Promise.all([...waiting, ...others].map((pod) => pod.served()));
  assert.ok(controller.said({ msg: /^cannot (list|watch) pods/ }).length > failures);
});
