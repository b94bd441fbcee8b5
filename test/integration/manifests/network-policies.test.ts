import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_INIT_PORT } from '../../../src/wire/push.ts';
import { kustomized, type Overlay } from './kubectl.ts';
import { type PodPlace, reaches } from './reach.ts';

const dns = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
const prometheus = { namespace: 'monitoring', labels: { app: 'prometheus' } };
const stranger = { namespace: 'elsewhere', labels: { app: 'kubernetes-vault' } };
const apiServer = { namespace: 'kube-system', labels: { component: 'kube-apiserver' } };

/** The pods of a folder's Deployments, by name. */
async function placesOf(overlay: Overlay) {
  const objects = await kustomized(overlay);
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  const place = (name: string): PodPlace => {
    const found = objects.find((one) => one.kind === 'Deployment' && one.metadata.name === name);
    const { namespace } = found.metadata;
    return { namespace, labels: found.spec.template.metadata.labels };
  };
  return { policies, place };
}

for (const overlay of ['quick-start', 'secured-external-ca'] as const) {
  test(`the network policies of ${overlay} let through what is needed, and nothing else`, async () => {
    const { policies, place } = await placesOf(overlay);
    const [controller, vault, app] = ['kubernetes-vault', 'vault', 'sample-app'].map(place) as [
      PodPlace,
      PodPlace,
      PodPlace,
    ];
    const open: readonly (readonly [PodPlace, PodPlace, number])[] = [
      [controller, app, DEFAULT_INIT_PORT],
      [controller, vault, 8200],
      [controller, controller, 45_680],
      [controller, apiServer, 6443],
      [app, vault, 8200],
      [prometheus, controller, 9102],
    ];
    const closed: typeof open = [
      [stranger, app, DEFAULT_INIT_PORT],
      [vault, app, DEFAULT_INIT_PORT],
      [app, app, DEFAULT_INIT_PORT],
      [stranger, vault, 8200],
      [stranger, controller, 9102],
      [app, controller, 9102],
      [stranger, controller, 45_680],
      [app, stranger, 443],
      [controller, app, 8080],
    ];
    const said = ([from, to, port]: (typeof open)[number]) =>
      `${from.namespace} → ${to.namespace}:${port}`;
    const isOpen = ([from, to, port]: (typeof open)[number]) =>
      reaches(policies, from, to, { port });
    assert.deepEqual(open.filter((one) => !isOpen(one)).map(said), []);
    assert.deepEqual(closed.filter(isOpen).map(said), []);
    for (const pod of [controller, app]) {
      assert.ok(reaches(policies, pod, dns, { port: 53, protocol: 'UDP' }));
    }
    const vaultAsks = reaches(policies, vault, apiServer, { port: 6443 });
    assert.equal(vaultAsks, overlay === 'secured-external-ca', 'only to review tokens');
  });
}
