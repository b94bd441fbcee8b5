import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  atTheEnd,
  inKubernetes,
  inVault,
  SMALLEST_CONFIG,
  withKey,
} from '../../support/config/config-text.ts';
import { problemsOf } from '../../support/config/load.ts';

const FINGERPRINT = '3f'.repeat(32);
const ADDRESS = 'write `addr: https://vault.default:8200`';
const TTL = 'write `wrappingTTL: 90s`';
const NOT_DURATION =
  'is not a duration: a Go duration such as 90s or 1h30m, or seconds as a number';
const NOT_PORT = 'is not a port, a whole number from 1 to 65535 (without quotes)';
const NOT_NAME = 'is not a Kubernetes name (letters, digits and `-` inside, 63 at most)';
const REGEX = 'is not a regular expression that can be used here';

const BAD: readonly [text: string, problem: string][] = [
  [withKey('addr', ''), `1:1 vault.addr: is required; ${ADDRESS}`],
  [withKey('addr', '""'), `2:9 vault.addr: is empty; ${ADDRESS}`],
  [withKey('addr', '~'), `2:9 vault.addr: is empty; ${ADDRESS}`],
  [withKey('addr', '# none'), `2:3 vault.addr: is empty; ${ADDRESS}`],
  [
    withKey('addr', 'vault:8200'),
    `2:9 vault.addr: "vault:8200" is not a URL that starts with https:// or http://; ${ADDRESS}`,
  ],
  [
    withKey('addr', 'ftp://v'),
    `2:9 vault.addr: "ftp://v" is not a URL that starts with https:// or http://; ${ADDRESS}`,
  ],
  [
    withKey('addr', 'https://v:99999'),
    `2:9 vault.addr: "https://v:99999" is not a URL that starts with https:// or http://; ${ADDRESS}`,
  ],
  [
    withKey('addr', 'https://me:pw@v'),
    `2:9 vault.addr: holds a user name or password, which Vault does not know; ${ADDRESS}`,
  ],
  [
    withKey('addr', 'https://v/?a=b'),
    `2:9 vault.addr: "https://v/?a=b" holds a space, a query (?) or a fragment (#); ${ADDRESS}`,
  ],
  [
    withKey('addr', 'https://v/#a'),
    `2:9 vault.addr: "https://v/#a" holds a space, a query (?) or a fragment (#); ${ADDRESS}`,
  ],
  [withKey('addr', '[https://v]'), `2:9 vault.addr: is a list, not a single value; ${ADDRESS}`],
  [withKey('addr', '{https: //v}'), `2:9 vault.addr: is a mapping, not a single value; ${ADDRESS}`],
  [
    withKey('token', ''),
    '1:1 vault.token: is required; write `token: $VAULT_TOKEN`, or `tokenFile`, or one of the keys of `auth`',
  ],
  [
    withKey('token', '"hvs.a b"'),
    '3:10 vault.token: holds a space, a line break or a character outside ASCII, which no token does; write `token: $VAULT_TOKEN`',
  ],
  [
    inVault('wrappingTTL: 5 parsecs'),
    `4:16 vault.wrappingTTL: "5 parsecs" ${NOT_DURATION}; ${TTL}`,
  ],
  [inVault('wrappingTTL: 1d'), `4:16 vault.wrappingTTL: "1d" ${NOT_DURATION}; ${TTL}`],
  [inVault('wrappingTTL: true'), `4:16 vault.wrappingTTL: "true" ${NOT_DURATION}; ${TTL}`],
  [inVault('wrappingTTL: 0'), `4:16 vault.wrappingTTL: "0" is not positive; ${TTL}`],
  [inVault('wrappingTTL: -5s'), `4:16 vault.wrappingTTL: "-5s" is not positive; ${TTL}`],
  [inVault('wrappingTTL: 10ms'), `4:16 vault.wrappingTTL: "10ms" is shorter than a second; ${TTL}`],
  [inVault('wrappingTTL: 9999999h'), `4:16 vault.wrappingTTL: "9999999h" is too long; ${TTL}`],
  [
    inVault('skipTokenRoleNameValidation: "true"'),
    '4:32 vault.skipTokenRoleNameValidation: "true" is neither true nor false (written without quotes); write `skipTokenRoleNameValidation: true`',
  ],
  [
    inVault('namespace: a b'),
    '4:14 vault.namespace: "a b" is not a path in Vault such as pki or team/pki; write `namespace: team-a`',
  ],
  [
    inVault('appRoleMount: ../sys'),
    '4:17 vault.appRoleMount: "../sys" is not a path in Vault such as pki or team/pki; write `appRoleMount: approle`',
  ],
  [
    inVault('appRoleMount: auth/team'),
    '4:17 vault.appRoleMount: "auth/team" starts with auth/, which is added by itself; write `appRoleMount: approle`',
  ],
  [
    inVault('secretIdMetadata: pod'),
    '4:21 vault.secretIdMetadata: is a single value, not a list; write `secretIdMetadata: [namespace, pod]`',
  ],
  [
    inVault('tls: {vaultCABackends: "root,,a"}'),
    '4:9 vault.tls.vaultCABackends[1]: is empty; write `- root-ca`',
  ],
  [
    inVault('secretIdMetadata: [pod, node]'),
    '4:27 vault.secretIdMetadata[1]: "node" is not one of namespace, serviceAccount, pod; write `- namespace`',
  ],
  [
    inVault('bindToPodIP: false'),
    '4:16 vault.bindToPodIP: "false" is not one of off, secret-id, token; write `bindToPodIP: secret-id`',
  ],
  [
    inVault('tls: /ca.pem'),
    '4:8 vault.tls: is a single value, not a group of keys; write its keys below it, indented: caCert, vaultCABackends, caSHA256',
  ],
  [
    inVault('tls: {vaultCABackends: [a, "b c"]}'),
    '4:30 vault.tls.vaultCABackends[1]: "b c" is not a path in Vault such as pki or team/pki; write `- root-ca`',
  ],
  [
    inVault('tls: {vaultCABackends: [a], caSHA256: [abc]}'),
    `4:42 vault.tls.caSHA256[0]: "abc" is not a SHA-256 fingerprint (64 hexadecimal digits); write \`- "${FINGERPRINT}"\``,
  ],
  [
    withKey('watchNamespace', ''),
    '4:1 kubernetes.watchNamespace: is required; write `watchNamespace: default`',
  ],
  [
    withKey('watchNamespace', 'a_b'),
    `5:19 kubernetes.watchNamespace: "a_b" ${NOT_NAME}; write \`watchNamespace: default\``,
  ],
  [
    withKey('watchNamespace', 'x'.repeat(64)),
    `5:19 kubernetes.watchNamespace: "${'x'.repeat(64)}" ${NOT_NAME}; write \`watchNamespace: default\``,
  ],
  [
    withKey('watchNamespace', '"~"'),
    '5:19 kubernetes.watchNamespace: has no regular expression after the ~; write `watchNamespace: "~.*"`',
  ],
  [
    withKey('watchNamespace', '~('),
    `5:19 kubernetes.watchNamespace: "~(" ${REGEX}: unterminated group; write \`watchNamespace: ~^(staging|default)$\``,
  ],
  [
    withKey('serviceNamespace', ''),
    '4:1 kubernetes.serviceNamespace: is required; write `serviceNamespace: $KUBERNETES_NAMESPACE`',
  ],
  [
    withKey('service', ''),
    '4:1 kubernetes.service: is required; write `service: kubernetes-vault`',
  ],
  [
    withKey('service', '-kv'),
    `7:12 kubernetes.service: "-kv" ${NOT_NAME}; write \`service: kubernetes-vault\``,
  ],
  [
    inKubernetes('podSelector: "a=b,c d"'),
    '8:16 kubernetes.podSelector: "c d" is not a requirement such as app=web, tier!=test, env in (a, b), team or !legacy; write `podSelector: vault=yes`',
  ],
  [
    atTheEnd('prometheus: {address: localhost}'),
    '8:23 prometheus.address: "localhost" is not an IP address; write `address: 127.0.0.1`',
  ],
  [
    atTheEnd('prometheus: {port: "9090"}'),
    `8:20 prometheus.port: "9090" ${NOT_PORT}; write \`port: 9090\``,
  ],
  [atTheEnd('health: {port: 0}'), `8:16 health.port: "0" ${NOT_PORT}; write \`port: 8081\``],
  [atTheEnd('peerPort: 65536'), `8:11 peerPort: "65536" ${NOT_PORT}; write \`peerPort: 45680\``],
  [atTheEnd('peerPort: 1.5'), `8:11 peerPort: "1.5" ${NOT_PORT}; write \`peerPort: 45680\``],
  [
    atTheEnd('election: raft'),
    '1:1 cluster.keyFile: is required with `election: raft`; keep the output of `openssl rand -base64 32` in a Secret, mount it, and write `keyFile: /kubernetes-vault/cluster/keys`; only where nobody else can reach the ports, `insecure: true`',
  ],
  [
    atTheEnd('election: gossip'),
    '8:11 election: "gossip" is not one of lease, raft; write `election: lease`',
  ],
  [
    atTheEnd('raftDir: "a\\nb"'),
    '8:10 raftDir: "a\\x0ab" holds a line break or a control character; write `raftDir: /var/lib/kubernetes-vault/`',
  ],
];

for (const [text, problem] of BAD) {
  test(`says: ${problem.slice(0, 100)}`, () => assert.deepEqual(problemsOf(text), [problem]));
}

test('S18 a token is never repeated, in its own place or in another', () => {
  const tokens = [
    'hvs.CAESIJlWmQ3xvUPCbA0YyJ7sExample',
    '91526d9b-4850-3405-02a8-aa29e74e17a5',
    's.5ZHxmF9vYkQeR8wLpT2nBqKd',
  ];
  for (const token of tokens) {
    const said = [
      ...problemsOf(withKey('token', `"${token} "`)),
      ...problemsOf(withKey('addr', token)),
      ...problemsOf(withKey('watchNamespace', `${token}_`)),
      ...problemsOf(withKey('addr', '$VAULT_TOKEN'), { VAULT_TOKEN: token }),
      ...problemsOf(`${SMALLEST_CONFIG} ${token}`),
      ...problemsOf(token),
      ...problemsOf(withKey('token', `!${token}`)),
      ...problemsOf(withKey('token', `*${token}`)),
      ...problemsOf(withKey('token', `"${token}" x`)),
      ...problemsOf(withKey('token', `|${token}`)),
      ...problemsOf(atTheEnd(`${token}: x`)),
      ...problemsOf(atTheEnd(`health: {${token}: x, ${token}: y}`)),
    ];
    assert.ok(said.length >= 12, said.join('\n'));
    assert.ok(!said.join('\n').includes(token), said.join('\n'));
  }
});
