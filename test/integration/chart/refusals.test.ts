import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHART, helm } from '../../support/chart/helm.ts';
import { VALUES_FILES } from '../../support/chart/rendered-chart.ts';

/** The problems that helm tells of, where `values` are set besides those of the file `token`. */
async function problemsWith(...values: string[]): Promise<string[]> {
  const file = ['--values', VALUES_FILES.get('token') ?? ''];
  const set = values.flatMap((value) => ['--set-json', value]);
  const { ok, stderr } = await helm('template', 'kv', CHART, ...file, ...set);
  assert.ok(!ok, 'helm found nothing wrong');
  return stderr
    .split('\n')
    .filter((line) => /^(- at | {2}\S)/.test(line))
    .map((line) => line.replace(/^(- | {2})/, ''));
}

const RULES = '[{"approles":["web"],"namespaces":["shop"]}]';
const BACKENDS = 'config.vault.tls.vaultCABackends=["ca"]';

/** What is set, and how the messages about it begin. */
const REFUSED: readonly (readonly [values: readonly string[], messages: readonly string[]])[] = [
  // By the schema.
  [['replicas="three"'], ["at '/replicas': got string, want integer"]],
  [['replica=3'], ["at '': additional properties 'replica' not allowed"]],
  [['config.vault.wrapingTTL="9s"'], ["at '/config/vault': additional properties 'wrapingTTL'"]],
  [['config.kubernetes.podSelector=[]'], ["at '/config/kubernetes/podSelector': got array"]],
  [['config.vault.bindToPodIP=false'], ["at '/config/vault/bindToPodIP': got boolean"]],
  [['config.vault.bindToPodIP="on"'], ["at '/config/vault/bindToPodIP': 'on' does not match"]],
  [['logLevel="loud"'], ["at '/logLevel': value must be one of 'debug', 'info', 'warn', 'error'"]],
  [['vault.addr="vault:8200"'], ["at '/vault/addr': 'vault:8200' does not match"]],
  [['watchNamespace="a, b"'], ["at '/watchNamespace': 'a, b' does not match"]],
  [['metrics.port=0'], ["at '/metrics/port': minimum: got 0, want 1"]],
  [['image.digest="latest"'], ["at '/image/digest': 'latest' does not match"]],
  [['metrics=null'], ["at '': missing property 'metrics'"]],
  [
    ['networkPolicy.apps=[{"name":"shop"}]'],
    [
      "at '/networkPolicy/apps/0': missing property 'namespace'",
      "at '/networkPolicy/apps/0': additional properties 'name' not allowed",
    ],
  ],
  // By the templates.
  [
    ['vault.addr=""', 'watchNamespace=""', 'vault.auth.token.existingSecret=""'],
    ['vault.addr: is required', 'watchNamespace: is required', 'vault.auth: says nowhere how'],
  ],
  [['serviceAccount.create=false'], ['serviceAccount.name: is required where']],
  [['config.vault.addr="https://b"'], ['config.vault.addr: cannot be set here; set vault.addr']],
  [['config.peerPort=1'], ['config.peerPort: cannot be set here; set peerPort']],
  [['config.election="raft"'], ['config.election: cannot be set here; set election']],
  [
    ['election="raft"'],
    ['cluster.existingSecret: is required with election: raft: the Secret with the keys'],
  ],
  [
    ['election="raft"', 'cluster.existingSecret="a"', 'config.cluster={"insecure":true}'],
    ['config.cluster.insecure: contradicts cluster.existingSecret'],
  ],
  [
    ['election="raft"', 'cluster={"existingSecret":"a","raftPort":45680}'],
    ['peerPort: is port 45680, as is cluster.raftPort'],
  ],
  [['config.kubernetes.service="b"'], ['config.kubernetes.service: cannot be set here; it is']],
  [
    [`config.authorization.rules=${RULES}`],
    ['config.authorization: cannot be set here; set authorization.rules'],
  ],
  [
    ['vault.auth.kubernetes.role="a"'],
    ['vault.auth: vault.auth.token and vault.auth.kubernetes contradict each other'],
  ],
  [
    ['vault.auth.token.existingSecret=""', 'vault.auth.kubernetes.audience="a"'],
    ['vault.auth.kubernetes.role: is required with audience'],
  ],
  [
    ['vault.auth.token.existingSecret=""', 'vault.auth.approle.roleId="a"'],
    ['vault.auth.approle.existingSecret: is required with roleId'],
  ],
  [
    ['vault.auth.token.existingSecret=""', 'vault.auth.approle.existingSecret="a"'],
    ['vault.auth.approle.roleId: is required with existingSecret'],
  ],
  [
    ['vault.ca.existingSecret="a"', 'vault.ca.existingConfigMap="b"', BACKENDS],
    [
      'vault.ca: vault.ca.existingConfigMap and vault.ca.existingSecret and config.vault.tls.vaultCABackends contradict',
    ],
  ],
  [['metrics.tls.vaultMount="a"'], ['metrics.tls: vaultMount and vaultRole need each other']],
  [
    ['metrics.tls={"existingSecret":"a","vaultMount":"b","vaultRole":"c"}'],
    ['metrics.tls: the certificate comes from existingSecret or from Vault'],
  ],
  [
    ['metrics.clientCA={"existingSecret":"a","vaultMounts":["b"]}'],
    [
      'metrics.clientCA: existingSecret and vaultMounts contradict each other',
      'metrics.clientCA: has no effect on plain http',
    ],
  ],
  [
    ['metrics.tls.existingSecret="a"', 'config.prometheus.tls.caCert="/b"'],
    ['config.prometheus.tls: contradicts metrics.tls'],
  ],
  [
    ['health.port=9102', 'peerPort=9102'],
    ['metrics.port: is port 9102, as', 'peerPort: is port'],
  ],
  [
    [
      'metrics.serviceMonitor.enabled=true',
      'metrics.tls.existingSecret="a"',
      'metrics.clientCA.existingSecret="b"',
    ],
    [
      'metrics.serviceMonitor.tls: Prometheus cannot verify the controllers',
      'metrics.serviceMonitor.tls.clientSecret: is required',
    ],
  ],
  [
    ['metrics.serviceMonitor={"enabled":true,"tls":{"caSecret":"a","caConfigMap":"b"}}'],
    ['metrics.serviceMonitor.tls: caConfigMap and caSecret contradict'],
  ],
  [
    ['metrics.prometheusRule.disabledAlerts=["NoLeader"]'],
    ['metrics.prometheusRule.disabledAlerts: there is no alert NoLeader; there are Kubernetes'],
  ],
  [
    ['podDisruptionBudget.minAvailable=0'],
    ['podDisruptionBudget: takes one of maxUnavailable and minAvailable'],
  ],
  [
    ['networkPolicy.apps=[{"namespace":"shop"},{"namespace":"shop","port":50000}]'],
    ['networkPolicy.apps: names namespace shop, port 50000 twice'],
  ],
];

for (const [values, messages] of REFUSED) {
  test(`values with ${values.join(', ')} are refused in words`, async () => {
    const problems = await problemsWith(...values);
    const beginnings = problems.map((problem, at) => problem.slice(0, messages[at]?.length));
    assert.deepEqual(beginnings.toSorted(), messages.toSorted());
  });
}

test('S9 nothing but its own value lets everything be allowed', async () => {
  const missing = ["at '': missing property 'authorization'"];
  assert.deepEqual(await problemsWith('authorization=null'), missing);
  const without = ["at '/authorization': missing property 'rules'"];
  assert.deepEqual(await problemsWith('authorization.rules=null'), without);
  const both = await problemsWith('authorization.allowAll=true', `authorization.rules=${RULES}`);
  assert.match(both.join(), /^authorization.allowAll: contradicts authorization.rules/);
});

test('S18 a token that is written down is refused, and not repeated', async () => {
  const token = 'hvs.CAESIJ-very-secret';
  const problems = await problemsWith(
    'vault.auth.token.existingSecret=""',
    `config.vault.token="${token}"`,
  );
  assert.match(problems.join(), /^config.vault.token: would stand in a ConfigMap/);
  assert.ok(!problems.join().includes(token));
});
