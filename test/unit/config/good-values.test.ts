import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Settings } from '../../../src/config/settings.ts';
import {
  atTheEnd,
  CONFIG_ENVIRONMENT,
  inKubernetes,
  inVault,
  SMALLEST_CONFIG,
  withKey,
} from '../../support/config/config-text.ts';
import { load, settingsOf, tokenIn } from '../../support/config/load.ts';

const FINGERPRINT = '3f'.repeat(32);

test('the smallest configuration gets the defaults of everything else', () => {
  const settings = settingsOf(SMALLEST_CONFIG);
  const { vault, kubernetes, ...rest } = settings;
  const { url, ownToken: _, ...plain } = vault;
  assert.equal(url.href, 'https://vault.default:8200/');
  assert.equal(tokenIn(settings), CONFIG_ENVIRONMENT.VAULT_TOKEN);
  assert.deepEqual(plain, {
    address: 'https://vault.default:8200',
    skipTokenRoleNameValidation: false,
    namespace: undefined,
    appRoleMount: 'approle',
    wrappingTtlSeconds: 60,
    secretIdMetadata: [],
    bindToPodIp: 'off',
    ca: { kind: 'system' },
  });
  assert.deepEqual(kubernetes, {
    watch: { kind: 'one', name: 'default' },
    podSelector: undefined,
    serviceNamespace: 'vault',
    service: 'kubernetes-vault',
  });
  assert.deepEqual(rest, {
    authorization: undefined,
    prometheus: {
      address: undefined,
      port: 80,
      certificate: { kind: 'none' },
      clients: { kind: 'anyone' },
    },
    health: { port: 8080 },
    election: { kind: 'lease' },
    peerPort: 45_680,
  });
});

type Pick = (settings: ReturnType<typeof settingsOf>) => unknown;

const GOOD: readonly [what: string, text: string, pick: Pick, expected: unknown][] = [
  ['an address', withKey('addr', 'http://v:1/x'), (s) => s.vault.address, 'http://v:1/x'],
  ['an address in capitals', withKey('addr', 'HTTPS://V'), (s) => s.vault.url.href, 'https://v/'],
  ['a token that is a number to YAML', withKey('token', '0123'), tokenIn, '0123'],
  ['a token that is true to YAML', withKey('token', 'true'), tokenIn, 'true'],
  ['a Go duration', inVault('wrappingTTL: 1h2m3.5s'), (s) => s.vault.wrappingTtlSeconds, 3724],
  ['a number of seconds', inVault('wrappingTTL: 90'), (s) => s.vault.wrappingTtlSeconds, 90],
  ['a number in quotes', inVault('wrappingTTL: "90"'), (s) => s.vault.wrappingTtlSeconds, 90],
  ['a second', inVault('wrappingTTL: 1000ms'), (s) => s.vault.wrappingTtlSeconds, 1],
  [
    'a yes',
    inVault('skipTokenRoleNameValidation: true'),
    (s) => s.vault.skipTokenRoleNameValidation,
    true,
  ],
  ['a namespace of Vault', inVault('namespace: /team/a/'), (s) => s.vault.namespace, 'team/a'],
  ['a mount', inVault('appRoleMount: team/approle/'), (s) => s.vault.appRoleMount, 'team/approle'],
  [
    'metadata',
    inVault('secretIdMetadata: [pod, namespace]'),
    (s) => s.vault.secretIdMetadata,
    ['pod', 'namespace'],
  ],
  ['a binding', inVault('bindToPodIP: token'), (s) => s.vault.bindToPodIp, 'token'],
  [
    'off, which YAML 1.1 takes for false',
    inVault('bindToPodIP: off'),
    (s) => s.vault.bindToPodIp,
    'off',
  ],
  [
    'PKI mounts and fingerprints',
    inVault(
      `tls: {vaultCABackends: [root/, a/b], caSHA256: ["${FINGERPRINT.toUpperCase()}", "${'3F:'.repeat(31)}3F"]}`,
    ),
    (s) => s.vault.ca,
    { kind: 'mounts', mounts: ['root', 'a/b'], sha256: [FINGERPRINT, FINGERPRINT] },
  ],
  [
    'PKI mounts as one text, which the original took too',
    inVault('tls: {vaultCABackends: "root/, a/b"}'),
    (s) => s.vault.ca,
    { kind: 'mounts', mounts: ['root', 'a/b'], sha256: [] },
  ],
  [
    'a namespace in capitals',
    withKey('watchNamespace', 'Default'),
    (s) => s.kubernetes.watch,
    { kind: 'one', name: 'default' },
  ],
  [
    'a pattern',
    withKey('watchNamespace', '~^(a|b)$'),
    (s) => s.kubernetes.watch,
    { kind: 'matching', regex: /^(a|b)$/iu },
  ],
  [
    'a selector',
    inKubernetes('podSelector: a=b,c in (d,e)'),
    (s) => s.kubernetes.podSelector,
    'a=b,c in (d,e)',
  ],
  ['an IPv6 address', atTheEnd('prometheus: {address: "::1"}'), (s) => s.prometheus.address, '::1'],
  ['a port', atTheEnd('prometheus: {port: 9090}'), (s) => s.prometheus.port, 9090],
  ['a health port', atTheEnd('health: {port: 8081}'), (s) => s.health.port, 8081],
  ['a peer port', atTheEnd('peerPort: 45678'), (s) => s.peerPort, 45_678],
  ['the lease election', atTheEnd('election: lease'), (s) => s.election, { kind: 'lease' }],
  [
    'the raft election, in the open',
    atTheEnd('election: raft\ncluster: {insecure: true}'),
    (s) => s.election,
    {
      kind: 'raft',
      raftDir: '/var/lib/kubernetes-vault/',
      keyFile: undefined,
      gossipPort: 45_678,
      raftPort: 45_679,
    },
  ],
  [
    'a certificate from Vault, and its port',
    atTheEnd(
      'prometheus: {tls: {vaultCertBackend: pki/, vaultCertRole: kv, vaultCABackends: [ca]}}',
    ),
    (s) => s.prometheus,
    {
      address: undefined,
      port: 443,
      certificate: { kind: 'vault', mount: 'pki', role: 'kv' },
      clients: { kind: 'signed-by-mounts', mounts: ['ca'] },
    },
  ],
  [
    'optional keys with nothing behind them, as absent',
    inVault(
      'wrappingTTL:\nnamespace: ""\ntls:\n  caCert: ~\n  vaultCABackends: []\nsecretIdMetadata: null',
    ),
    ({ vault: { wrappingTtlSeconds, namespace, ca, secretIdMetadata } }) => [
      wrappingTtlSeconds,
      namespace,
      ca,
      secretIdMetadata,
    ],
    [60, undefined, { kind: 'system' }, []],
  ],
];

for (const [what, text, pick, expected] of GOOD) {
  test(`reads ${what}`, () => assert.deepEqual(pick(settingsOf(text)), expected));
}

test('what works but should be known comes as a warning', () => {
  const keys = (text: string) => {
    const loaded = load(text);
    return loaded.ok ? loaded.warnings.map(({ key, text }) => `${key} ${text.slice(0, 20)}`) : [];
  };
  const rule = 'authorization: {rules: [{approles: ["*"], namespaces: ["*"]}]}';
  assert.deepEqual(keys(atTheEnd(rule)), []);
  assert.deepEqual(keys(SMALLEST_CONFIG), ['authorization is not set: whoever ']);
  assert.deepEqual(keys(atTheEnd('authorization: {rules: []}')), [
    'authorization.rules is empty: every pod ',
  ]);
  assert.deepEqual(keys(withKey('addr', 'HTTP://v:8200').concat(rule)), [
    'vault.addr is an http:// addres',
  ]);
});

test('keys of a cluster have no effect with the Lease election, which is said', () => {
  const warned = (lines: string) => {
    const loaded = load(atTheEnd(`authorization: {rules: []}\n${lines}`));
    return loaded.ok ? loaded.warnings.slice(1).map(({ key }) => key) : [];
  };
  assert.deepEqual(warned('raftDir: /x\ncluster: {insecure: true, gossipPort: 1, raftPort: }'), [
    'cluster.insecure',
    'cluster.gossipPort',
  ]);
  assert.deepEqual(warned('election: raft\nraftDir: /x\ncluster: {insecure: true}'), [
    'cluster.insecure',
  ]);
});

test('the raft election takes its keys from a file, the first to use', () => {
  const keys = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'));
  const { election } = settingsOf(
    atTheEnd(
      'election: raft\nraftDir: /data\ncluster: {keyFile: /keys, gossipPort: 1, raftPort: 2}',
    ),
    CONFIG_ENVIRONMENT,
    { '/keys': keys.join('\n') },
  );
  assert.ok(election.kind === 'raft');
  const { keyFile, ...rest } = election;
  assert.deepEqual(rest, { kind: 'raft', raftDir: '/data', gossipPort: 1, raftPort: 2 });
  assert.equal(keyFile?.path, '/keys');
  assert.deepEqual(
    keyFile.keys.map((key) => key.export().toString('base64')),
    keys,
  );
});

/** What says where the controller's token comes from, in place of `token`. */
const TOKENS: readonly [string, Settings['vault']['ownToken']][] = [
  ['tokenFile: /token', { kind: 'file', path: '/token' }],
  [
    'auth: {kubernetes: {role: kv}}',
    { kind: 'kubernetes', mount: 'kubernetes', role: 'kv', jwtFile: undefined },
  ],
  [
    'auth: {kubernetes: {role: kv, mount: /clusters/a/, tokenFile: /token}, approle: }',
    { kind: 'kubernetes', mount: 'clusters/a', role: 'kv', jwtFile: '/token' },
  ],
  [
    'auth: {approle: {roleId: 1234, secretIdFile: /token}}',
    { kind: 'approle', mount: 'approle', roleId: '1234', secretIdFile: '/token' },
  ],
];

for (const [line, expected] of TOKENS) {
  test(`reads where the token comes from: ${line}`, () => {
    const text = inVault(line).replace(/^ {2}token: .*\n/m, '');
    assert.deepEqual(settingsOf(text, {}, { '/token': 'x' }).vault.ownToken, expected);
  });
}
