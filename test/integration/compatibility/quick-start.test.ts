import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Finding } from '../../../src/doctor/finding.ts';
import { inShort } from '../../support/doctor/findings.ts';
import { initProcess } from '../../support/installation/image.ts';
import type { Program } from '../../support/program.ts';
import { startPrometheus } from '../../support/real/prometheus.ts';
import { readSamples, sampleOf } from '../../support/telemetry/read-metrics.ts';
import { scrape } from '../../support/telemetry/scrape.ts';
import { until } from '../../support/until.ts';
import { rulesOfTheGuide } from './guide-rules.ts';
import { createAll, objectOf } from './manifest.ts';
import type { OldPod } from './node.ts';
import { isReady, type OldInstallation, startOldInstallation } from './old-installation.ts';
import { readAsSidekick } from './vault-sidekick.ts';

let home: OldInstallation;
let controller: Program;
let waiting: OldPod;

before(async () => {
  home = await startOldInstallation({ manifest: 'quick-start', vaultAddr: 'http://vault:8200' });
  await home.plane.request('POST', '/api/v1/namespaces/default/endpoints', {
    metadata: { name: 'kubernetes-vault' },
    subsets: [
      {
        addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }],
        notReadyAddresses: [{ ip: '10.0.0.3' }],
        ports: [{ port: 80 }],
      },
    ],
  });
  controller = await home.start();
  waiting = await home.pod();
  await waiting.start(initProcess);
});

after(() => home[Symbol.asyncDispose]());

/** What it serves over https, with the certificate that the intermediate authority has issued. */
async function metrics(): Promise<string> {
  const ca = home.oldVault.rootCaPem;
  return (await scrape(home.metricsUrl, { ca })).text;
}

const LEASES =
  /our service account needs a Role in namespace default with \{apiGroups: \[coordination\.k8s\.io\], resources: \[leases\], verbs: \[get, list, watch, create, patch\]\}/;

test('with the rights of the original alone it acts for nobody, and says in its log and its readiness which rule to add', async () => {
  await until('it says which rule', async () => {
    const readiness = await home.readiness();
    const others = ['config', 'vault-token', 'pods'].map((name) => `[+]${name} ok\n`);
    if (readiness.startsWith(`${others.join('')}[-]election failed: `)) {
      return LEASES.test(readiness);
    }
    throw new Error(readiness);
  });
  const lines = await until('it has logged why', () =>
    controller.printed.match(/^.*"level":"error".*$/gm),
  );
  assert.match(lines[0] ?? '', LEASES);
  assert.doesNotMatch(controller.printed, /"minted/);
});

test('with the rights of the original alone the doctor names the Lease as what fails, and the rest as what is missed', async () => {
  const doctor = await home.start('doctor', '--output', 'json');
  assert.equal(await doctor.ended, 1);
  const { findings } = JSON.parse(doctor.printed) as { findings: readonly Finding[] };
  const failed = findings.filter(({ result }) => result === 'failed').map(inShort);
  assert.match(
    failed[0] ?? '',
    /^failed kubernetes\.rights get leases: .* → grant a Role in namespace default with \{apiGroups: \["coordination\.k8s\.io"\], resources: \[leases\], verbs: \[get\]\}/,
  );
  assert.deepEqual(
    failed.filter((one) => !one.startsWith('failed kubernetes.rights ')),
    [],
  );
  const warned = findings.filter(({ result }) => result === 'warning').map(inShort);
  for (const missed of ['create events', 'list endpointslices', 'vault.role sample-app']) {
    assert.ok(
      warned.some((one) => one.includes(missed)),
      warned.join('\n'),
    );
  }
});

test('the right to get its Endpoints, which the original has, is enough to count the controllers', async () => {
  const counted = async () => sampleOf(await metrics(), 'kubernetes_discovered_nodes_total');
  await until('all three are counted', async () => (await counted()) === 3);
});

test('once the rules of the guide are added, it serves without a restart: all pods, and as vault-sidekick reads it', async () => {
  await createAll(home.plane, rulesOfTheGuide('default'));
  await isReady(home);
  assert.equal(await waiting.ended(), 0);
  const replicas = objectOf(home.objects, 'Deployment', 'sample-app').spec?.replicas ?? 0;
  const pods = [waiting];
  while (pods.length < replicas) pods.push(await home.pod());
  const later = pods.slice(1);
  await Promise.all(later.map((pod) => pod.start(initProcess)));
  assert.deepEqual(await Promise.all(later.map((pod) => pod.ended())), [0, 0, 0, 0]);
  const tokens = pods.map((pod) => readAsSidekick(pod.file('vault-token')));
  for (const { method, token = '', vaultUrl } of tokens) {
    assert.deepEqual([method, vaultUrl], ['token', home.vault.addr]);
    const own = { 'x-vault-token': token };
    await home.vault.request('GET', 'auth/token/lookup-self', undefined, own);
  }
  assert.equal(new Set(tokens.map(({ token }) => token)).size, replicas);
  assert.doesNotMatch(controller.printed, /"level":"error".*(?:destroy|cannot go on)/);
});

test('the series of the original count on, and those of gossip are declared without any', async () => {
  const text = await metrics();
  const ofRole = { approle: 'sample-app' };
  assert.equal(sampleOf(text, 'vault_secret_id_requests_total', ofRole), 5);
  assert.equal(sampleOf(text, 'server_secret_pushes_total', ofRole), 5);
  assert.equal(sampleOf(text, 'vault_certificate_renewal_requests_total'), 1);
  for (const name of [
    'vault_token_renewal_requests_total',
    'vault_token_renewal_request_failures_total',
    'vault_certificate_renewal_request_failures_total',
  ]) {
    assert.equal(sampleOf(text, name), 0, name);
  }
  assert.equal(sampleOf(text, 'raft_leader_changes_seen_total'), 1);
  for (const what of ['joined', 'left', 'failed', 'reaped']) {
    assert.ok(text.includes(`# TYPE kubernetesvault_gossip_nodes_${what}_total counter`), text);
  }
  assert.deepEqual(
    readSamples(text).filter(({ name }) => name.includes('_gossip_')),
    [],
  );
});

/** As panels and alerts for the original ask, and how many series answer. */
const ASKED: readonly [query: string, series: number][] = [
  ['sum by (approle) (kubernetesvault_server_secret_pushes_total) > 0', 1],
  ['sum(kubernetesvault_vault_secret_id_requests_total) == 5', 1],
  ['sum(increase(kubernetesvault_vault_token_renewal_request_failures_total[1h])) > 0', 0],
  ['max(kubernetesvault_raft_nodes_total)', 1],
  ['kubernetesvault_raft_leader_changes_seen_total == 1', 1],
  ['kubernetesvault_kubernetes_discovered_nodes_total', 1],
  ['sum by (node) (rate(kubernetesvault_gossip_nodes_failed_total[5m]))', 0],
];

test('what dashboards of the original ask, a real Prometheus answers', async () => {
  const ca = home.scratch('root-ca.pem', home.oldVault.rootCaPem);
  const targets = [new URL(home.metricsUrl).host];
  const common = { scheme: 'https', static_configs: [{ targets }], tls_config: { ca_file: ca } };
  await using prometheus = await startPrometheus({
    global: { scrape_interval: '1s' },
    scrape_configs: [{ job_name: 'kubernetes-vault', ...common }],
  });
  await until('it has scraped', async () => (await prometheus.query('up == 1')).length === 1);
  for (const [query, series] of ASKED) {
    assert.equal((await prometheus.query(query)).length, series, query);
  }
});

test('SIGTERM ends it with 0, and its log holds no secret', async () => {
  controller.signal('SIGTERM');
  assert.equal(await controller.ended, 0);
  const secrets = [home.oldVault.token, readAsSidekick(waiting.file('vault-token')).token ?? ''];
  for (const [name, printed] of home.printed.all()) {
    for (const secret of secrets) assert.ok(!printed.includes(secret), name);
  }
});
