// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the configuration's own notation
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  atTheEnd,
  inKubernetes,
  inVault,
  SMALLEST_CONFIG,
  withKey,
} from '../../support/config/config-text.ts';
import { problemsOf, settingsOf, tokenIn } from '../../support/config/load.ts';

const ENVIRONMENT = {
  VAULT_TOKEN: 'hvs.secret',
  PORT: '8080',
  DIGITS: '007',
  YES: ' true\n',
  EMPTY: '',
  HOST: 'vault.default',
  NESTED: '$PORT',
  COLON: 'a: b # c',
  NAMESPACE: 'shop',
};

type Pick = (settings: ReturnType<typeof settingsOf>) => unknown;

const GOOD: readonly [what: string, text: string, pick: Pick, expected: unknown][] = [
  ['$NAME', withKey('token', '$VAULT_TOKEN'), tokenIn, 'hvs.secret'],
  [
    '${NAME} in the middle',
    withKey('addr', 'https://${HOST}:8200'),
    (s) => s.vault.address,
    'https://vault.default:8200',
  ],
  [
    '$NAME up to what no name holds',
    withKey('addr', 'https://$HOST:$PORT'),
    (s) => s.vault.address,
    'https://vault.default:8080',
  ],
  [
    'a number that came from the environment',
    atTheEnd('health: {port: $PORT}'),
    (s) => s.health.port,
    8080,
  ],
  ['a number, in quotes', atTheEnd('health: {port: "${PORT}"}'), (s) => s.health.port, 8080],
  [
    'a boolean, with the line break that a shell left',
    inVault('skipTokenRoleNameValidation: $YES'),
    (s) => s.vault.skipTokenRoleNameValidation,
    true,
  ],
  ['seconds', inVault('wrappingTTL: ${PORT}'), (s) => s.vault.wrappingTtlSeconds, 8080],
  [
    'text that YAML takes for a number, where text is wanted',
    withKey('token', '"$DIGITS"'),
    tokenIn,
    '007',
  ],
  [
    'an empty variable, as an absent key',
    inVault('namespace: $EMPTY'),
    (s) => s.vault.namespace,
    undefined,
  ],
  ['what was expanded only once', withKey('token', '$NESTED'), tokenIn, '$PORT'],
  ['$$ as a dollar', withKey('token', 'a$$PORT$$'), tokenIn, 'a$PORT$'],
  [
    'a dollar before nothing',
    withKey('watchNamespace', '~^a$'),
    (s) => s.kubernetes.watch,
    { kind: 'matching', regex: /^a$/iu },
  ],
  [
    'a dollar before a bracket',
    withKey('watchNamespace', '~^(a$|b)'),
    (s) => s.kubernetes.watch,
    { kind: 'matching', regex: /^(a$|b)/iu },
  ],
  ['a dollar before a digit', withKey('token', 'a$1'), tokenIn, 'a$1'],
  [
    'both in one',
    withKey('watchNamespace', '~^${NAMESPACE}-.*$'),
    (s) => s.kubernetes.watch,
    { kind: 'matching', regex: /^shop-.*$/iu },
  ],
  [
    'items of lists',
    inVault('secretIdMetadata: ["${POD}"]'),
    (s) => s.vault.secretIdMetadata,
    ['pod'],
  ],
  [
    'values that an alias repeats',
    withKey('serviceNamespace', '&n $NAMESPACE').replace(
      'service: kubernetes-vault',
      'service: *n',
    ),
    (s) => s.kubernetes.service,
    'shop',
  ],
];

for (const [what, text, pick, expected] of GOOD) {
  test(`expands ${what}`, () => {
    assert.deepEqual(pick(settingsOf(text, { ...ENVIRONMENT, POD: 'pod' })), expected);
  });
}

const MALFORMED =
  '"${" starts the name of an environment variable, and none follows that ends with "}"; write "${NAME}", or "$${" where these characters are meant';

const BAD: readonly [text: string, problems: readonly string[]][] = [
  [
    withKey('token', '$NO_TOKEN'),
    [
      '3:10 vault.token: the environment variable NO_TOKEN is not set; set it, or write "$$NO_TOKEN" where a dollar sign is meant',
    ],
  ],
  [
    withKey('addr', 'https://${A}:$B'),
    [
      '2:9 vault.addr: the environment variable A is not set; set it, or write "$$A" where a dollar sign is meant',
      '2:9 vault.addr: the environment variable B is not set; set it, or write "$$B" where a dollar sign is meant',
    ],
  ],
  [
    withKey('token', '$toString'),
    [
      '3:10 vault.token: the environment variable toString is not set; set it, or write "$$toString" where a dollar sign is meant',
    ],
  ],
  [
    withKey('token', '$__proto__'),
    [
      '3:10 vault.token: the environment variable __proto__ is not set; set it, or write "$$__proto__" where a dollar sign is meant',
    ],
  ],
  [withKey('token', '"${"'), [`3:10 vault.token: ${MALFORMED}`]],
  [withKey('token', '${}'), [`3:10 vault.token: ${MALFORMED}`]],
  [withKey('token', '${A-B}'), [`3:10 vault.token: ${MALFORMED}`]],
  [withKey('token', '"${VAULT_TOKEN"'), [`3:10 vault.token: ${MALFORMED}`]],
  [
    withKey('token', '$EMPTY'),
    [
      '3:10 vault.token: is empty; write `token: $VAULT_TOKEN`, or `tokenFile`, or one of the keys of `auth`',
    ],
  ],
  [
    inVault('secretIdMetadata: [$NO]'),
    [
      '4:22 vault.secretIdMetadata[0]: the environment variable NO is not set; set it, or write "$$NO" where a dollar sign is meant',
    ],
  ],
  [
    withKey('addr', '$HOST'),
    [
      '2:9 vault.addr: the value of $HOST is not a URL that starts with https:// or http://; write `addr: https://vault.default:8200`',
    ],
  ],
  [
    inVault('tls: {caCert: "/${HOST}"}'),
    [
      '4:17 vault.tls.caCert: the file "/${HOST}" does not exist; name a PEM file that this process can read, and mount it into the pod',
    ],
  ],
  [
    inKubernetes('podSelector: $COLON'),
    [
      '8:16 kubernetes.podSelector: a part of it is not a requirement such as app=web, tier!=test, env in (a, b), team or !legacy; write `podSelector: vault=yes`',
    ],
  ],
  [
    inVault('tls: {caCert: $NO, vaultCABackends: [a]}'),
    [
      '4:17 vault.tls.caCert: the environment variable NO is not set; set it, or write "$$NO" where a dollar sign is meant',
      '4:39 vault.tls.vaultCABackends: contradicts vault.tls.caCert; keep one of the two',
    ],
  ],
];

for (const [text, problems] of BAD) {
  test(`says: ${problems[0]?.slice(0, 90)}`, () => {
    assert.deepEqual(problemsOf(text, ENVIRONMENT), problems);
  });
}

test('keys are not expanded', () => {
  assert.match(problemsOf(atTheEnd('$PORT: 1'), ENVIRONMENT).join(), /\$PORT: is not a known key/);
});

test('a value that came from the environment stays one scalar, whatever it holds', () => {
  const problems = problemsOf(withKey('service', '$COLON'), ENVIRONMENT);
  assert.match(
    problems.join(),
    /^7:12 kubernetes.service: the value of \$COLON is not a Kubernetes name/,
  );
});

test('a configuration without variables needs no environment', () => {
  const settings = settingsOf(SMALLEST_CONFIG.replace('$VAULT_TOKEN', 't'), {});
  assert.equal(tokenIn(settings), 't');
});
