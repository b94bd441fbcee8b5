import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { APPS, eventsOf, readyApps } from './support/apps.ts';
import { diagnosed } from './support/diagnostics.ts';
import { eventually } from './support/eventually.ts';
import { imageOf, vaultImage } from './support/images.ts';
import { kubectl, kubectlWith } from './support/kubectl.ts';
import { type ContainerStatus, isReady, logOf, type PodSeen, podsOf } from './support/pods.ts';
import { quickStart } from './support/quick-start.ts';
import { restart, scale } from './support/users.ts';
import { vaultCli } from './support/vault-cli.ts';

const EXAMPLES = join(import.meta.dirname, '..', 'deploy', 'examples');
const FOLDER = '/var/run/secrets/boostport.com/';
const GREETING = `console.log(require('node:fs').readFileSync('${FOLDER}greeting', 'utf8'))`;
const ROLE = 'auth/approle/role/sample-app';

before(() => quickStart('up'));
after(() => quickStart('down'));

test(
  'S8 a native sidecar renews the token, gets another one before its end, and revokes it with the pod',
  diagnosed(async () => {
    await tokens({ ttl: '6s', maxTtl: '18s' });
    await applyExample('native-sidecar.yaml');
    const pod = await readyPod('renewed-app');
    const first = await accessorIn(pod);
    await eventually('the token was renewed past its TTL', () => renewals(pod, 'vault-token', 3));
    assert.equal(await accessorIn(pod), first);
    const again = await eventually('its sidecar runs anew, and is ready', async () => {
      const [one] = await podsOf(APPS, 'app=renewed-app');
      return one && (sidecarOf(one)?.restartCount ?? 0) > 0 && isReady(one) ? one : undefined;
    });
    assert.equal(again.metadata.uid, pod.metadata.uid);
    assert.equal(sidecarOf(again)?.lastState?.terminated?.exitCode, 3);
    assert.notEqual(await accessorIn(again), first);
    assert.equal((await eventsOf('VaultSecretFailed')).get(pod.metadata.uid), undefined);
    await tokens({ ttl: '20m' });
    await restart(APPS, 'deployment/renewed-app');
    const lasting = await accessorIn(await readyPod('renewed-app'));
    await vaultCli('token', 'lookup', '-accessor', lasting);
    await scale(APPS, 'deployment/renewed-app', 0);
    await eventually('Vault knows no such token any more', () =>
      vaultCli('token', 'lookup', '-accessor', lasting).then(
        () => false,
        (error: Error) => /invalid accessor|403|bad token/i.test(error.message),
      ),
    );
  }),
);

test(
  'Vault Agent renews the token that the init container has left it, and reads the app’s secret with it',
  diagnosed(async () => {
    await tokens({ ttl: '6s' });
    await applyExample('vault-agent.yaml');
    const pod = await readyPod('agent-app');
    await eventually('the token was renewed past its TTL', async () => {
      const said = await logOf(pod, { container: 'agent' });
      return said.split('renewed auth token').length > 4;
    });
    assert.equal(await inApp(pod, GREETING), 'hello');
  }),
);

/** What tokens of the role get from now on: the quick start gives them a period, which has no end. */
async function tokens({ ttl, maxTtl = '0' }: { readonly ttl: string; readonly maxTtl?: string }) {
  const settings = [`token_ttl=${ttl}`, `token_max_ttl=${maxTtl}`, 'token_period=0'];
  await vaultCli('write', ROLE, ...settings);
}

/** A manifest of the examples, with the names that the images have on this cluster. */
async function applyExample(file: string): Promise<void> {
  const text = readFileSync(join(EXAMPLES, file), 'utf8')
    .replaceAll(
      /image: (kubernetes-vault-[a-z-]+):\S+/g,
      (_, name: string) => `image: ${imageOf(name)}`,
    )
    .replaceAll(/image: openbao\/openbao:\S+/g, `image: ${vaultImage()}`);
  await kubectlWith(text, 'apply', '--filename=-');
}

async function readyPod(app: string): Promise<PodSeen> {
  const [pod] = await readyApps(1, `app=${app}`);
  assert.ok(pod);
  return pod;
}

function sidecarOf({ status }: PodSeen): ContainerStatus | undefined {
  return status.initContainerStatuses?.find(({ name }) => name === 'vault-token');
}

async function renewals(pod: PodSeen, container: string, atLeast: number): Promise<boolean> {
  const said = await logOf(pod, { container });
  return said.split('"msg":"renewed the token').length > atLeast;
}

function accessorIn(pod: PodSeen): Promise<string> {
  return inApp(
    pod,
    `
    const { readFileSync } = require('node:fs');
    console.log(JSON.parse(readFileSync('${FOLDER}vault-token', 'utf8')).accessor);
  `,
  );
}

/** Runs a piece of JavaScript in the container of the app; what it printed. */
async function inApp(pod: PodSeen, script: string): Promise<string> {
  const [app] = pod.spec.containers;
  assert.ok(app);
  const where = [`--namespace=${APPS}`, pod.metadata.name, `--container=${app.name}`];
  return (await kubectl('exec', ...where, '--', '/usr/bin/node', '--eval', script)).trim();
}
