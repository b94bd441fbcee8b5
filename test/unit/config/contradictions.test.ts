import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { atTheEnd, inVault, withKey } from '../../support/config/config-text.ts';
import { problemsOf } from '../../support/config/load.ts';
import {
  environment,
  files,
  inMetricsTls,
  makeFiles,
  OWN,
} from '../../support/config/tls-files.ts';

before(makeFiles);

const ISSUED = ['vaultCertBackend: pki', 'vaultCertRole: kv'];
const PEM = 'name a PEM file that this process can read, and mount it into the pod';
const TOKEN = 'write `token: $VAULT_TOKEN`, or `tokenFile`, or one of the keys of `auth`';
const TWO = 'keep one of the two';
const BOTH = 'write both, or neither';
const NO_CERTIFICATE =
  'asks for client certificates, but without a certificate of its own the endpoint is plain http; write `certFile` and `certKey`, or `vaultCertBackend` and `vaultCertRole`';

const KEYS =
  'name a file of keys (a line of `openssl rand -base64 32` for each) that this process can read, and mount it into the pod';

const BAD: readonly [what: string, text: string, problems: readonly string[]][] = [
  [
    'two ways to verify Vault',
    inVault('tls:\n  vaultCABackends: [a]\n  caCert: /ca'),
    [`5:22 vault.tls.vaultCABackends: contradicts vault.tls.caCert; ${TWO}`],
  ],
  [
    'fingerprints of nothing',
    inVault(`tls:\n  caCert: /ca\n  caSHA256: ["${'3f'.repeat(32)}"]`),
    [
      '6:15 vault.tls.caSHA256: has no effect without vault.tls.vaultCABackends; remove it, or write `vaultCABackends: [root-ca]`',
    ],
  ],
  [
    'certificates from Vault and from files',
    inMetricsTls(...ISSUED, ...OWN),
    [
      `12:15 prometheus.tls.certFile: contradicts prometheus.tls.vaultCertBackend: the certificate comes from files or from Vault; ${TWO}`,
    ],
  ],
  [
    'half of each',
    inMetricsTls('vaultCertRole: kv', 'certKey: /key'),
    [
      `11:14 prometheus.tls.certKey: contradicts prometheus.tls.vaultCertRole: the certificate comes from files or from Vault; ${TWO}`,
    ],
  ],
  [
    'a mount without its role',
    inMetricsTls('vaultCertBackend: pki'),
    [
      `10:23 prometheus.tls.vaultCertBackend: needs prometheus.tls.vaultCertRole beside it; ${BOTH}`,
    ],
  ],
  [
    'a role without its mount',
    inMetricsTls('vaultCertRole: kv'),
    [
      `10:20 prometheus.tls.vaultCertRole: needs prometheus.tls.vaultCertBackend beside it; ${BOTH}`,
    ],
  ],
  [
    'a certificate without its key',
    inMetricsTls('certFile: /cert'),
    [`10:15 prometheus.tls.certFile: needs prometheus.tls.certKey beside it; ${BOTH}`],
  ],
  [
    'a key without its certificate',
    inMetricsTls('certKey: /key'),
    [`10:14 prometheus.tls.certKey: needs prometheus.tls.certFile beside it; ${BOTH}`],
  ],
  [
    'two ways to verify clients',
    inMetricsTls(...OWN, 'vaultCABackends: [a]', 'caCert: /ca'),
    [`12:22 prometheus.tls.vaultCABackends: contradicts prometheus.tls.caCert; ${TWO}`],
  ],
  [
    'client mounts without a certificate',
    inMetricsTls('vaultCABackends: [a]'),
    [`10:22 prometheus.tls.vaultCABackends: ${NO_CERTIFICATE}`],
  ],
  [
    'client authorities without a certificate',
    inMetricsTls('caCert: /ca'),
    [`10:13 prometheus.tls.caCert: ${NO_CERTIFICATE}`],
  ],
  [
    'one port for metrics and health',
    atTheEnd('prometheus: {port: 8080}\nhealth: {port: 8080}'),
    ['9:16 health.port: is port 8080, as is prometheus.port; give each its own port'],
  ],
  [
    'one port for health and peers',
    atTheEnd('health: {port: 1234}\npeerPort: 1234'),
    ['9:11 peerPort: is port 1234, as is health.port; give each its own port'],
  ],
  [
    'a port for metrics that is the default of health',
    atTheEnd('prometheus: {port: 8080}'),
    [
      '8:20 prometheus.port: is port 8080, as is the default of health.port; give each its own port',
    ],
  ],
  [
    'a health port that is the default of the metrics',
    atTheEnd('health: {port: 80}'),
    ['8:16 health.port: is port 80, as is the default of prometheus.port; give each its own port'],
  ],
  [
    'a peer port that is the default of the metrics over https',
    `${inMetricsTls(...ISSUED)}peerPort: 443\n`,
    ['12:11 peerPort: is port 443, as is the default of prometheus.port; give each its own port'],
  ],
  [
    'a metrics port that is the default of peers',
    atTheEnd('prometheus: {port: 45680}'),
    ['8:20 prometheus.port: is port 45680, as is the default of peerPort; give each its own port'],
  ],
  [
    'a port of gossip that is the default of Raft',
    atTheEnd('election: raft\ncluster: {insecure: true, gossipPort: 45679}'),
    [
      '9:39 cluster.gossipPort: is port 45679, as is the default of cluster.raftPort; give each its own port',
    ],
  ],
  [
    'a port of Raft that is the default of peers',
    atTheEnd('election: raft\ncluster: {insecure: true, raftPort: 45680}'),
    ['9:37 cluster.raftPort: is port 45680, as is the default of peerPort; give each its own port'],
  ],
  [
    'raft with neither keys nor the will to go without',
    atTheEnd('election: raft\ncluster: {keyFile: "", insecure: false}'),
    [
      '9:20 cluster.keyFile: is required with `election: raft`; keep the output of `openssl rand -base64 32` in a Secret, mount it, and write `keyFile: /kubernetes-vault/cluster/keys`; only where nobody else can reach the ports, `insecure: true`',
    ],
  ],
  [
    'keys, and the will to go without',
    atTheEnd('election: raft\ncluster: {keyFile: /keys, insecure: true}'),
    [`9:37 cluster.insecure: contradicts cluster.keyFile; ${TWO}`],
  ],
  [
    'keys that are missing',
    atTheEnd('election: raft\ncluster: {keyFile: /nowhere}'),
    [`9:20 cluster.keyFile: the file "/nowhere" does not exist; ${KEYS}`],
  ],
  [
    'a file without keys',
    atTheEnd('election: raft\ncluster: {keyFile: /empty}'),
    [`9:20 cluster.keyFile: the file "/empty" holds no key; ${KEYS}`],
  ],
  [
    'a file of keys with something else in it',
    atTheEnd('election: raft\ncluster: {keyFile: /no-keys}'),
    [
      `9:20 cluster.keyFile: the file "/no-keys" holds in line 2 something else than 32 bytes of base64; ${KEYS}`,
    ],
  ],
  [
    'a token, and a file of one',
    inVault('tokenFile: /text'),
    [`4:14 vault.tokenFile: contradicts vault.token: the token comes from one place; ${TWO}`],
  ],
  [
    'every way to a token',
    inVault(
      'tokenFile: /text\nauth:\n  kubernetes: {role: kv}\n  approle: {roleId: x, secretIdFile: /text}',
    ),
    [
      `4:14 vault.tokenFile: contradicts vault.token: the token comes from one place; ${TWO}`,
      `6:17 vault.auth.kubernetes: contradicts vault.token: the token comes from one place; ${TWO}`,
      `7:14 vault.auth.approle: contradicts vault.token: the token comes from one place; ${TWO}`,
    ],
  ],
  [
    'no way to a token, for there is nothing behind the keys',
    withKey('token', '""').replace('kubernetes:', '  tokenFile:\n  auth: {approle: }\nkubernetes:'),
    [`3:10 vault.token: is empty; ${TOKEN}`],
  ],
  [
    'a login that lacks what it needs',
    withKey('token', '').replace('kubernetes:', '  auth: {approle: {mount: auth/x}}\nkubernetes:'),
    [
      '3:10 vault.auth.approle.roleId: is required; write `roleId: 675a50e7-cfe0-be76-e35f-49ec009731ea`',
      '3:10 vault.auth.approle.secretIdFile: is required; write `secretIdFile: /var/run/secrets/vault/secret-id`',
      '3:27 vault.auth.approle.mount: "auth/x" starts with auth/, which is added by itself; write `mount: approle`',
    ],
  ],
  [
    'files of credentials that are missing',
    withKey('token', '').replace('kubernetes:', '  tokenFile: /nowhere\nkubernetes:'),
    [`3:14 vault.tokenFile: the file "/nowhere" does not exist; ${PEM.replace('PEM ', '')}`],
  ],
  [
    'a file that is missing',
    inVault('tls: {caCert: /nowhere}'),
    [`4:17 vault.tls.caCert: the file "/nowhere" does not exist; ${PEM}`],
  ],
  [
    'a file without certificates',
    inVault('tls: {caCert: /text}'),
    [`4:17 vault.tls.caCert: the file "/text" holds no PEM certificate; ${PEM}`],
  ],
  [
    'an empty file',
    inVault('tls: {caCert: /empty}'),
    [`4:17 vault.tls.caCert: the file "/empty" holds no PEM certificate; ${PEM}`],
  ],
  [
    'a certificate that is broken',
    inVault('tls: {caCert: /broken}'),
    [
      `4:17 vault.tls.caCert: the file "/broken" holds a PEM certificate that cannot be read; ${PEM}`,
    ],
  ],
  [
    'a key where a certificate belongs',
    inMetricsTls('certFile: /key', 'certKey: /key'),
    [`10:15 prometheus.tls.certFile: the file "/key" holds no PEM certificate; ${PEM}`],
  ],
  [
    'a certificate where a key belongs',
    inMetricsTls('certFile: /cert', 'certKey: /cert'),
    [
      `11:14 prometheus.tls.certKey: the file "/cert" holds no PEM private key without a passphrase; ${PEM}`,
    ],
  ],
  [
    'a key of another certificate',
    inMetricsTls('certFile: /cert', 'certKey: /other-key'),
    [
      `11:14 prometheus.tls.certKey: the file "/other-key" holds the key of another certificate; ${PEM}`,
    ],
  ],
  [
    'authorities of clients that are missing',
    inMetricsTls(...OWN, 'caCert: /nowhere'),
    [`12:13 prometheus.tls.caCert: the file "/nowhere" does not exist; ${PEM}`],
  ],
];

describe('a configuration that contradicts itself', () => {
  for (const [what, text, problems] of BAD) {
    test(`is refused: ${what}`, () =>
      assert.deepEqual(problemsOf(text, environment, files), problems));
  }
});

test('empty keys contradict nothing', () => {
  const text = inMetricsTls(
    ...OWN,
    'vaultCertBackend: ""',
    'vaultCertRole:',
    'vaultCABackends: []',
  );
  assert.deepEqual(problemsOf(text, environment, files), []);
});
