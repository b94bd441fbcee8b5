import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atTheEnd, inVault, SMALLEST_CONFIG, withKey } from '../../support/config/config-text.ts';
import { load, problemsOf, settingsOf } from '../../support/config/load.ts';

const NOTHING =
  'write at least vault.addr, kubernetes.watchNamespace, kubernetes.serviceNamespace, kubernetes.service, vault.token';
const QUOTES = 'put the value in quotes if it is text';

const BROKEN: readonly [what: string, text: string, problems: readonly string[]][] = [
  ['an empty file', '', [`1:1 : there are no settings; ${NOTHING}`]],
  ['a file of comments', '# nothing\n', [`1:1 : there are no settings; ${NOTHING}`]],
  ['a document marker alone', '---\n', [`1:1 : there are no settings; ${NOTHING}`]],
  ['a list', '- vault\n', [`1:1 : the settings are not \`key: value\` lines; ${NOTHING}`]],
  ['a word', 'vault\n', [`1:1 : the settings are not \`key: value\` lines; ${NOTHING}`]],
  [
    'two documents',
    `${SMALLEST_CONFIG}---\nvault: 1\n`,
    [
      '8:1 : not YAML: a second document starts here; write one document; remove the `---` line and what does not belong to it',
    ],
  ],
  [
    'a tab',
    'vault:\n\taddr: x\n',
    ['2:1 : not YAML: a tab stands where spaces must; indent with two spaces'],
  ],
  [
    'an open double quote',
    withKey('addr', '"x'),
    ['8:1 : not YAML: a quote is not closed; close it on the same line'],
  ],
  [
    'an open bracket',
    'vault: [a, b\n',
    ['2:1 : not YAML: a `[` or `{` is not closed; close it with `]` or `}`'],
  ],
  [
    'a missing colon',
    'vault:\n  addr x\n  token: y\n',
    [
      '2:3 : not YAML: a key stands without its colon, or a line is indented wrongly; write `key: value`, indented like its neighbours',
    ],
  ],
  [
    'wrong indentation',
    'vault:\n  addr: x\n token: y\n',
    [
      '3:1 : not YAML: the indentation does not fit the lines around it; start all keys of one section in the same column',
    ],
  ],
  [
    'two colons',
    'vault: addr: x\n',
    [
      '1:8 : not YAML: a second `: ` stands behind the first, or the line is indented too far; put the value in quotes if it holds `: `; else indent like the line above',
    ],
  ],
  [
    'a reserved character',
    'vault: @x\n',
    ['1:8 : not YAML: a value cannot start with this character; put the value in quotes'],
  ],
  [
    'an unknown escape',
    'vault: "\\d"\n',
    [
      "1:9 : not YAML: a backslash in double quotes starts an escape, and this one is unknown; use single quotes ('…'), where a backslash is only a backslash",
    ],
  ],
  [
    'an unknown tag',
    'vault: !x y\n',
    [`1:8 : not YAML: a value that starts with \`!\` is a tag, and this one is unknown; ${QUOTES}`],
  ],
  [
    'a tag of other schemas',
    'vault: !!binary aGVsbG8=\n',
    [`1:8 : not YAML: a value that starts with \`!\` is a tag, and this one is unknown; ${QUOTES}`],
  ],
  [
    'an unknown directive',
    '%FOO bar\n---\nvault: {}\n',
    [
      '1:1 : not YAML: a line that starts with `%` is a directive, and this one is unknown; remove it',
    ],
  ],
  [
    'a template that was not rendered',
    'vault:\n  addr: {{ .Values.addr }}\n',
    [
      '2:10 : not YAML: a key is not plain text; write `key: value`; a value that starts with `{` or `[` needs quotes if it is text',
    ],
  ],
  [
    'two mistakes on two lines',
    'vault:\n\taddr: x\n\ttoken: @y\n',
    [
      '2:1 : not YAML: a tab stands where spaces must; indent with two spaces',
      '3:1 : not YAML: a tab stands where spaces must; indent with two spaces',
    ],
  ],
  [
    'an unknown alias',
    withKey('addr', '*x'),
    [
      `2:9 vault.addr: a value that starts with \`*\` is an alias, and no anchor (\`&name\`) of its name stands before it; ${QUOTES}`,
    ],
  ],
  [
    'an alias of what contains it',
    atTheEnd('health: &h {port: *h}'),
    [`8:19 health.port: is an alias of something that contains it; ${QUOTES}`],
  ],
  [
    'a merge of no mapping',
    atTheEnd('health:\n  <<: 3'),
    [
      '9:3 health.<<: merges something that is not a mapping; name an anchor of a mapping, such as `<<: *defaults`',
    ],
  ],
];

for (const [what, text, problems] of BROKEN) {
  test(`explains ${what}`, () => assert.deepEqual(problemsOf(text), problems));
}

test('names both lines of a key that is set twice, and checks the rest too', () => {
  const text = `${inVault('addr: https://other')}vault:\n  token: x\nprometheus: {port: 0}\n`;
  assert.deepEqual(problemsOf(text), [
    '4:3 vault.addr: is set a second time (first on line 2); keep one of the two',
    '9:1 vault: is set a second time (first on line 1); keep one of the two',
    '11:20 prometheus.port: "0" is not a port, a whole number from 1 to 65535 (without quotes); write `port: 9090`',
  ]);
});

test('takes anchors, aliases and merges; what stands at the place itself wins', () => {
  const { prometheus, vault } = settingsOf(
    [
      'vault: &vault',
      '  addr: &addr https://vault',
      '  token: t',
      '  tls: &tls',
      '    vaultCABackends: &cas [root, other]',
      'kubernetes: {watchNamespace: &ns default, serviceNamespace: *ns, service: kv}',
      'prometheus:',
      '  tls:',
      '    <<: [*tls, {vaultCertRole: lost}]',
      '    vaultCertBackend: pki',
      '    vaultCertRole: kv',
    ].join('\n'),
  );
  assert.deepEqual(vault.ca, { kind: 'mounts', mounts: ['root', 'other'], sha256: [] });
  assert.deepEqual(prometheus.clients, { kind: 'signed-by-mounts', mounts: ['root', 'other'] });
  assert.deepEqual(prometheus.certificate, { kind: 'vault', mount: 'pki', role: 'kv' });
});

test('aliases of aliases are stopped before they fill the memory', () => {
  const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level <= 12; level += 1) {
    bomb.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  }
  const said = problemsOf(atTheEnd(bomb.join('\n')));
  const tooMany = said.filter((problem) => problem.includes('more than 10000 values'));
  assert.equal(tooMany.length, 1, said.join('\n'));
});

test('levels inside levels are stopped before they fill the stack', () => {
  for (const levels of [40, 1_000, 100_000]) {
    const said = problemsOf(`vault: ${'['.repeat(levels)}${']'.repeat(levels)}`);
    assert.match(said.join('\n'), /levels/, `${levels}: ${said.slice(0, 3).join('\n')}`);
  }
});

test('a byte order mark, Windows line ends and document markers change nothing', () => {
  const text = `\uFEFF---\r\n${SMALLEST_CONFIG.replaceAll('\n', '\r\n')}...\r\n`;
  assert.equal(settingsOf(text).kubernetes.service, 'kubernetes-vault');
});

const UNKNOWN: readonly [text: string, problem: string][] = [
  [
    atTheEnd('health: {"<<": {port: 1}}'),
    '8:10 health.<<: is not a known key; known here are port',
  ],
  [inVault('adr: x'), '4:3 vault.adr: is not a known key; did you mean `addr`?'],
  [inVault('address: x'), '4:3 vault.address: is not a known key; did you mean `addr`?'],
  [
    inVault('wrappingTtl: 60s'),
    '4:3 vault.wrappingTtl: is not a known key; did you mean `wrappingTTL`?',
  ],
  [inVault('caCert: x'), '4:3 vault.caCert: is not a known key; it belongs to `vault.tls`'],
  [inVault('service: x'), '4:3 vault.service: is not a known key; it belongs to `kubernetes`'],
  [inVault('peerPort: 1'), '4:3 vault.peerPort: is not a known key; it belongs to the top level'],
  [inVault('tokens: /x'), '4:3 vault.tokens: is not a known key; did you mean `token`?'],
  [
    inVault('zzz: x'),
    '4:3 vault.zzz: is not a known key; known here are addr, token, tokenFile, auth, skipTokenRoleNameValidation, namespace, appRoleMount, wrappingTTL, secretIdMetadata, bindToPodIP, tls',
  ],
  [
    inVault('tls: {vaultCaBackend: [a]}'),
    '4:9 vault.tls.vaultCaBackend: is not a known key; did you mean `vaultCABackends`?',
  ],
  [atTheEnd('kubernets: {}'), '8:1 kubernets: is not a known key; did you mean `kubernetes`?'],
  [
    atTheEnd('prometheus: {tls: {certkey: x}}'),
    '8:20 prometheus.tls.certkey: is not a known key; did you mean `certKey`?',
  ],
  [
    atTheEnd('authorisation: {}'),
    '8:1 authorisation: is not a known key; did you mean `authorization`?',
  ],
  [
    atTheEnd('"__proto__": {}'),
    '8:1 __proto__: is not a known key; known here are vault, kubernetes, authorization, prometheus, health, election, cluster, peerPort, raftDir',
  ],
  [
    atTheEnd('"": {}'),
    '8:1 : is not a known key; known here are vault, kubernetes, authorization, prometheus, health, election, cluster, peerPort, raftDir',
  ],
  [
    atTheEnd('"a\\nb\\e[2J": {}'),
    '8:1 a\\x0ab\\x1b[2J: is not a known key; known here are vault, kubernetes, authorization, prometheus, health, election, cluster, peerPort, raftDir',
  ],
];

for (const [text, problem] of UNKNOWN) {
  test(`suggests: ${problem.slice(0, 90)}`, () => assert.deepEqual(problemsOf(text), [problem]));
}

test('all problems are found at once, in the order of the file', () => {
  const text = [
    'vault:',
    '  adr: https://vault:8200',
    '  token: $NOT_SET',
    '  wrappingTTL: soon',
    '  tls: {caCert: /missing, vaultCABackends: [root-ca]}',
    'kubernetes:',
    '  watchNamespace: ~[[:alpha:]]',
    'prometheus:',
    '  port: 45680',
    '  tls: {certKey: /key}',
  ].join('\n');
  const places = problemsOf(text, {}).map((problem) => problem.split(': ')[0]);
  assert.deepEqual(places, [
    '1:1 vault.addr',
    '2:3 vault.adr',
    '3:10 vault.token',
    '4:16 vault.wrappingTTL',
    '5:17 vault.tls.caCert',
    '5:44 vault.tls.vaultCABackends',
    '6:1 kubernetes.serviceNamespace',
    '6:1 kubernetes.service',
    '7:19 kubernetes.watchNamespace',
    '9:9 prometheus.port',
    '10:18 prometheus.tls.certKey',
    '10:18 prometheus.tls.certKey',
  ]);
});

test('a configuration with problems yields no settings', () => {
  assert.equal(load(inVault('zzz: 1')).ok, false);
});
