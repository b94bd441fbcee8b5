import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Controller } from '../../support/installation/controller.ts';
import { leaks } from '../../support/installation/secrets.ts';
import { RequestFailed } from '../../support/real/admin-client.ts';
import { until } from '../../support/until.ts';
import { DEPLOY, kustomized } from './kubectl.ts';
import { type OverlayHome, startOverlay } from './overlay-home.ts';
import { grantedRights, pathsOf, usedPaths, usedRights } from './rights.ts';

let overlay: OverlayHome;
let controller: Controller;
let token: string;

before(async () => {
  overlay = await startOverlay('quick-start', { tls: false, instead: () => new Map() });
  const { plane } = overlay.home.servers;
  const secrets = '/api/v1/namespaces/kubernetes-vault/secrets';
  type Secret = { data: { token: string } };
  const { data } = await plane.request<Secret>('GET', `${secrets}/kubernetes-vault-token`);
  token = Buffer.from(data.token, 'base64').toString();
  const file = overlay.home.file('vault-token');
  writeFileSync(file, token);
  controller = await overlay.startController(
    new Map([
      ['http://vault.vault:8200', overlay.home.vaultAddr],
      ['/var/run/secrets/kubernetes-vault/token', file],
    ]),
  );
});

after(() => overlay?.[Symbol.asyncDispose]());

test('after the commands of the README the sample app gets a token that may read its secret, and no more', async () => {
  const pod = await (await overlay.pod()).served();
  const asApp = as(pod.token().clientToken);
  type Secret = { data: { data: { greeting: string } } };
  const { data } = (await asApp('GET', 'secret/data/sample-app')) as Secret;
  assert.equal(data.data.greeting, 'hello');
  for (const [method, path] of [
    ['GET', 'secret/data/another-app'],
    ['PUT', 'secret/data/sample-app'],
    ['POST', 'auth/approle/role/sample-app/secret-id'],
  ] as const) {
    await assert.rejects(asApp(method, path), isForbidden, path);
  }
});

test("the controllers' token may not read what the app may, nor have a secret_id unwrapped", async () => {
  const asController = as(token);
  for (const [method, path] of [
    ['GET', 'secret/data/sample-app'],
    ['POST', 'auth/approle/role/sample-app/secret-id'],
    ['GET', 'auth/approle/role/sample-app/role-id'],
  ] as const) {
    await assert.rejects(asController(method, path), isForbidden, path);
  }
});

test('the policy of the controllers is what they use, and no more', async () => {
  await aPodThatIsRefused();
  const { vault } = overlay.home.servers;
  const policy = readFileSync(`${DEPLOY}/quick-start/policies/controller.hcl`, 'utf8');
  const used = () => usedPaths(vault, 'kubernetes-vault');
  const unused = () => pathsOf(policy).filter((path) => !used().includes(path));
  await until('every path has been used', () => unused().length === 0, 20_000);
});

test('the rights of the controllers are what they use, and no more', async () => {
  const { plane } = overlay.home.servers;
  const granted = grantedRights(await kustomized('quick-start'));
  assert.ok(granted.includes('list /pods sample-app'), granted.join('\n'));
  // The Lease is only read to keep a connection open, every 15 s, or after something went wrong.
  const unused = () => granted.filter((right) => !usedRights(plane).used.includes(right));
  await until('every right has been used', () => unused().length === 0, 30_000).catch(() => {});
  const { used, refused } = usedRights(plane);
  assert.deepEqual(used, granted);
  assert.deepEqual(refused, []);
});

test('S18 nobody has printed a secret', () => {
  const { home } = overlay;
  assert.deepEqual(leaks([token, ...home.secrets()], home.printed.all()), []);
});

/** One whose pin does not fit: what was minted is destroyed, and an Event counts how often it ended. */
async function aPodThatIsRefused(): Promise<void> {
  const environment = { VAULT_APPROLE: 'another-role', TIMEOUT: '1s' };
  const pod = await overlay.pod({ environment });
  await controller.says({ pod: pod.name, reason: 'answered' });
  await pod.ended();
  for (let again = 0; again < 2; again += 1) {
    await pod.start();
    await pod.ended();
  }
}

function as(own: string) {
  return (method: string, path: string) =>
    overlay.home.servers.vault.request(method, path, undefined, { 'x-vault-token': own });
}

/** Vault answers 400 where a wrapping is missing that the policy asks for. */
function isForbidden(error: unknown): boolean {
  return error instanceof RequestFailed && [400, 403].includes(error.status);
}
