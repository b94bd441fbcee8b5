import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { after, before, test } from 'node:test';
import type { Controller } from '../../support/installation/controller.ts';
import { initProcess } from '../../support/installation/image.ts';
import { leaks } from '../../support/installation/secrets.ts';
import { AdminClient, RequestFailed } from '../../support/real/admin-client.ts';
import type { ControlPlane } from '../../support/real/control-plane.ts';
import { sampleOf } from '../../support/telemetry/read-metrics.ts';
import { scrape } from '../../support/telemetry/scrape.ts';
import { until } from '../../support/until.ts';
import { DEPLOY, kustomized } from './kubectl.ts';
import { type OverlayHome, startOverlay } from './overlay-home.ts';
import type { Instead } from './readme.ts';
import { grantedRights, pathsOf, usedPaths, usedRights } from './rights.ts';

const OVERLAY = 'secured-external-ca';

let overlay: OverlayHome;
let controller: Controller;

before(async () => {
  overlay = await startOverlay(OVERLAY, { tls: true, instead: outsideOfPods });
  const { home } = overlay;
  const { plane, vault } = home.servers;
  writeFileSync(home.file('vault-login'), await loginToken(plane));
  controller = await overlay.startController(
    new Map([
      ['https://vault.vault:8200', home.vaultAddr],
      ['/var/run/secrets/vault/token', home.file('vault-login')],
      ['/vault-ca/ca.crt', vault.caFile],
    ]),
  );
});

after(() => overlay?.[Symbol.asyncDispose]());

/**
 * What a Vault in a pod finds there: the API server, its CA, and a token of the service account; and
 * this machine has not the name of a pod.
 */
function outsideOfPods({ url, caFile }: ControlPlane): Instead {
  const reviewer = 'token_reviewer_jwt="$(kubectl create token vault -n vault)"';
  const host = `kubernetes_host=${url} kubernetes_ca_cert=@${caFile} ${reviewer}`;
  return new Map([
    ['kubernetes_host=https://kubernetes.default.svc', host],
    ["'kubernetes-vault,kubernetes-vault-*'", `'kubernetes-vault,${hostname()}'`],
  ]);
}

/** What the kubelet writes by the projected volume of the manifest. */
async function loginToken(plane: ControlPlane): Promise<string> {
  const objects = await kustomized(OVERLAY);
  const pods = objects.filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec.template);
  const [{ serviceAccountToken: wanted }] = pods
    .flatMap(({ spec }) => spec.volumes)
    .find(({ projected }) => projected !== undefined).projected.sources;
  const account = '/api/v1/namespaces/kubernetes-vault/serviceaccounts/kubernetes-vault';
  const spec = { audiences: [wanted.audience], expirationSeconds: wanted.expirationSeconds };
  type Answer = { status: { token: string } };
  return (await plane.request<Answer>('POST', `${account}/token`, { spec })).status.token;
}

test('after the commands of the README the controller logs in, and the sample app gets its token over https', async () => {
  const pod = await (await overlay.pod({ image: initProcess })).served();
  const { vault } = overlay.home.servers;
  const headers = { 'x-vault-token': pod.token().clientToken };
  type Secret = { data: { data: { greeting: string } } };
  const path = 'secret/data/sample-app';
  const { data } = await vault.request<Secret>('GET', path, undefined, headers);
  assert.equal(data.data.greeting, 'hello');
  await controller.says({ msg: /^the token is valid, for (1h|59m)/ });
});

test('the token that the controllers log in with is of no use at the API server', async () => {
  const { plane } = overlay.home.servers;
  const token = readFileSync(overlay.home.file('vault-login'), 'utf8');
  const stranger = new AdminClient(plane.url, { authorization: `Bearer ${token}` }, plane.caPem);
  const pods = stranger.request('GET', '/api/v1/namespaces/sample-app/pods');
  await assert.rejects(pods, (error) => error instanceof RequestFailed && error.status === 401);
});

interface Issued {
  readonly data: { readonly certificate: string; readonly private_key: string };
}

test('S34 the metrics are shown to a client that Vault gave its certificate, and to nobody else', async () => {
  const { vault } = overlay.home.servers;
  const issue = (role: string, name: string) =>
    vault.request<Issued>('POST', `intermediate-ca/issue/${role}`, { common_name: name });
  const url = `https://127.0.0.1:${overlay.ports.metrics}/metrics`;
  type Authority = { data: { certificate: string } };
  const { data: root } = await vault.request<Authority>('GET', 'root-ca/cert/ca');
  const server = { ca: root.certificate, servername: 'kubernetes-vault' };
  const { data: client } = await issue('prometheus', 'prometheus');
  const scraper = { ...server, cert: client.certificate, key: client.private_key };
  const { text } = await until('the metrics are shown', () => scrape(url, scraper));
  assert.equal(sampleOf(text, 'election_acting'), 1);
  await assert.rejects(scrape(url, server));
  const { data: other } = await issue('kubernetes-vault', 'kubernetes-vault');
  await assert.rejects(scrape(url, { ...server, cert: other.certificate, key: other.private_key }));
});

test('the policy of the controllers is what they use, and their rights on pods are for all namespaces', async () => {
  const environment = { VAULT_APPROLE: 'another-role', TIMEOUT: '1s' };
  const pod = await overlay.pod({ environment });
  await controller.says({ pod: pod.name, reason: 'answered' });
  const { plane, vault } = overlay.home.servers;
  const policy = readFileSync(`${DEPLOY}/${OVERLAY}/policies/controller.hcl`, 'utf8');
  const unusedPaths = () => {
    const used = usedPaths(vault, 'kubernetes-vault');
    return pathsOf(policy).filter((path) => !used.includes(path));
  };
  await until('every path has been used', () => unusedPaths().length === 0, 20_000);
  const granted = grantedRights(await kustomized(OVERLAY));
  const { used, refused } = usedRights(plane);
  assert.deepEqual(
    used.filter((right) => /\/pods/.test(right)),
    ['list /pods *', 'watch /pods *'],
  );
  assert.ok(granted.includes('list /pods *') && granted.includes('patch /events *'));
  assert.deepEqual(refused, []);
});

test('S18 nobody has printed a secret', () => {
  const { home } = overlay;
  const login = readFileSync(home.file('vault-login'), 'utf8');
  assert.deepEqual(leaks([login, ...home.secrets()], home.printed.all()), []);
});
