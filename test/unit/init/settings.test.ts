import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selfSignedCertificate } from '../../../src/init/self-signed-certificate.ts';
import type { Environment } from '../../../src/init/settings/environment.ts';
import { readSettings, type Settings } from '../../../src/init/settings/settings.ts';

const CA = selfSignedCertificate({ addresses: [], now: 0, validForMs: 1 }).certificate;
const FILES: Readonly<Record<string, string>> = { '/ca.pem': CA, '/empty.pem': '' };

function readFile(path: string): string {
  return FILES[path] ?? assert.fail(`ENOENT: no such file, '${path}'`);
}

function read(environment: Environment) {
  return readSettings({ VAULT_ROLE_ID: 'role-id', ...environment }, readFile);
}

function good(environment: Environment): { settings: Settings; warnings: readonly string[] } {
  const result = read(environment);
  assert.ok(result.kind === 'settings', JSON.stringify(result));
  return result;
}

function problems(environment: Environment): string[] {
  const result = read(environment);
  assert.ok(result.kind === 'problems', 'it is accepted');
  return result.problems.map(({ variable, problem }) => `${variable} ${problem}`);
}

const PINNED = { VAULT_ADDR: 'https://vault:8200' };

test('with a role_id alone, the rest is as in the original', () => {
  assert.deepEqual(good({}).settings, {
    roleId: 'role-id',
    mode: 'token',
    credentialsPath: '/var/run/secrets/boostport.com',
    credentialsMode: 0o444,
    tokenFile: undefined,
    keepRenewing: false,
    timeoutMs: 300_000,
    logLevel: 'debug',
    listenAddress: undefined,
    listenPort: 50_000,
    pins: undefined,
  });
});

test('an empty variable counts as unset', () => {
  const names = ['CREDENTIALS_PATH', 'CREDENTIALS_MODE', 'TOKEN_FILE', 'RETRIEVE_TOKEN', 'TIMEOUT'];
  const more = [
    'KEEP_RENEWING',
    'UNWRAP_SECRET',
    'LOG_LEVEL',
    'LISTEN_ADDRESS',
    'LISTEN_PORT',
    'VAULT_ADDR',
  ];
  const pins = ['VAULT_CACERT', 'VAULT_NAMESPACE', 'VAULT_APPROLE', 'VAULT_APPROLE_MOUNT'];
  const empty = Object.fromEntries([...names, ...more, ...pins].map((name) => [name, '']));
  assert.deepEqual(good(empty), good({}));
});

for (const [environment, mode] of [
  [{ RETRIEVE_TOKEN: 'true', UNWRAP_SECRET: 'true' }, 'token'],
  [{ RETRIEVE_TOKEN: 'anything' }, 'token'],
  [{ RETRIEVE_TOKEN: 'false' }, 'secret-id'],
  [{ RETRIEVE_TOKEN: 'False', UNWRAP_SECRET: 'TRUE' }, 'secret-id'],
  [{ RETRIEVE_TOKEN: 'FALSE', UNWRAP_SECRET: 'fAlse' }, 'wrapped-secret-id'],
] as const) {
  test(`${JSON.stringify(environment)} means the mode ${mode}`, () => {
    assert.equal(good(environment).settings.mode, mode);
  });
}

test('a switch that is neither true nor false is warned about', () => {
  assert.match(good({ RETRIEVE_TOKEN: 'no' }).warnings.join(), /RETRIEVE_TOKEN is neither/);
});

for (const [text, ms] of [
  ['1h2m3.5s', 3_723_500],
  ['90s', 90_000],
  ['1ms', 1],
  ['2562047h', 2_562_047 * 3_600_000],
] as const) {
  test(`S28 a TIMEOUT of ${text} is ${ms} ms`, () => {
    assert.equal(good({ TIMEOUT: text }).settings.timeoutMs, ms);
  });
}

for (const text of ['5', '0', '0s', '-1m', 'five minutes', '5 m', '1d', '2562048h', '1e3s', 'm']) {
  test(`S28 a TIMEOUT of ${JSON.stringify(text)} is unusable`, () => {
    assert.deepEqual(problems({ TIMEOUT: text }), [
      'TIMEOUT is not a duration above 0, such as 5m or 1m30s',
    ]);
  });
}

for (const [text, mode] of [
  ['0444', 0o444],
  ['0400', 0o400],
  ['640', 0o640],
  ['0664', 0o664],
] as const) {
  test(`CREDENTIALS_MODE ${text} is taken`, () => {
    assert.equal(good({ CREDENTIALS_MODE: text }).settings.credentialsMode, mode);
  });
}

for (const text of [
  '0666',
  '0777',
  '0044',
  '0244',
  '04444',
  '4',
  '0o444',
  '999',
  'rw-r--r--',
  '444 ',
]) {
  test(`CREDENTIALS_MODE ${JSON.stringify(text)} is refused`, () => {
    assert.match(
      problems({ CREDENTIALS_MODE: text }).join(),
      /^CREDENTIALS_MODE is not an octal mode/,
    );
  });
}

for (const [environment, problem] of [
  [{ VAULT_ROLE_ID: '' }, /^VAULT_ROLE_ID is not set/],
  [{ UNWRAP_SECRET: 'false' }, /^UNWRAP_SECRET is false, so RETRIEVE_TOKEN must be false too$/],
  [{ RETRIEVE_TOKEN: 'false', TOKEN_FILE: '/x/token' }, /^TOKEN_FILE is set, but no token/],
  [{ LOG_LEVEL: 'trace' }, /^LOG_LEVEL is none of debug, info, warn, error$/],
  [{ LOG_LEVEL: 'DEBUG' }, /^LOG_LEVEL/],
  [{ LISTEN_ADDRESS: 'localhost' }, /^LISTEN_ADDRESS is not an IP address$/],
  [{ LISTEN_ADDRESS: 'fe80::1%eth0' }, /^LISTEN_ADDRESS/],
  [{ LISTEN_PORT: '0' }, /^LISTEN_PORT is not a port/],
  [{ LISTEN_PORT: '65536' }, /^LISTEN_PORT/],
  [{ LISTEN_PORT: '80a' }, /^LISTEN_PORT/],
  [{ VAULT_ADDR: 'vault:8200' }, /^VAULT_ADDR is not a URL such as/],
  [{ VAULT_ADDR: 'https://user:pass@vault' }, /^VAULT_ADDR has more than/],
  [
    { ...PINNED, VAULT_CACERT: '/none.pem' },
    /^VAULT_CACERT names a file that cannot be read: ENOENT/,
  ],
  [{ ...PINNED, VAULT_CACERT: '/empty.pem' }, /^VAULT_CACERT names a file that holds no PEM/],
  [{ ...PINNED, VAULT_NAMESPACE: 'a b' }, /^VAULT_NAMESPACE is not a name/],
  [{ ...PINNED, VAULT_APPROLE: 'a/b' }, /^VAULT_APPROLE is not a name/],
  [{ ...PINNED, VAULT_APPROLE_MOUNT: '../sys' }, /^VAULT_APPROLE_MOUNT is not the path/],
] satisfies [Environment, RegExp][]) {
  test(`S28 ${JSON.stringify(environment)} is refused, naming the variable`, () => {
    const found = problems(environment);
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', problem);
  });
}

test('KEEP_RENEWING is on or off, and is on for tokens alone', () => {
  assert.equal(good({ KEEP_RENEWING: 'True' }).settings.keepRenewing, true);
  assert.equal(good({ KEEP_RENEWING: 'false' }).settings.keepRenewing, false);
  assert.deepEqual(problems({ KEEP_RENEWING: 'yes' }), ['KEEP_RENEWING is neither true nor false']);
  assert.match(
    problems({ KEEP_RENEWING: 'true', RETRIEVE_TOKEN: 'false' }).join(),
    /^KEEP_RENEWING is true, but no token is retrieved/,
  );
});

test('S28 all problems are told at once', () => {
  const bad = {
    VAULT_ROLE_ID: '',
    TIMEOUT: 'x',
    LISTEN_PORT: 'x',
    LOG_LEVEL: 'x',
    VAULT_ADDR: 'x',
  };
  assert.deepEqual(
    problems(bad).map((text) => text.split(' ')[0]),
    ['VAULT_ROLE_ID', 'TIMEOUT', 'LOG_LEVEL', 'LISTEN_PORT', 'VAULT_ADDR'],
  );
});

test('S24 VAULT_ADDR alone pins no namespace, the mount approle, the roots of the system, any role', () => {
  assert.deepEqual(good(PINNED).settings.pins, {
    address: 'https://vault:8200',
    ca: undefined,
    namespace: undefined,
    mount: 'approle',
    role: undefined,
  });
});

test('S24 every pin is taken; the role in the spelling of Vault', () => {
  const pins = {
    VAULT_CACERT: '/ca.pem',
    VAULT_NAMESPACE: 'team/a',
    VAULT_APPROLE: 'MyRole',
    VAULT_APPROLE_MOUNT: '/team/approle/',
  };
  assert.deepEqual(good({ ...PINNED, ...pins }).settings.pins, {
    address: 'https://vault:8200',
    ca: CA,
    namespace: 'team/a',
    mount: 'team/approle',
    role: 'myrole',
  });
});

for (const [variable, value] of [
  ['VAULT_CACERT', '/ca.pem'],
  ['VAULT_NAMESPACE', 'team'],
  ['VAULT_APPROLE', 'web'],
  ['VAULT_APPROLE_MOUNT', 'approle'],
] as const) {
  test(`S24 ${variable} without VAULT_ADDR is refused`, () => {
    assert.deepEqual(problems({ [variable]: value }), [
      `${variable} is set without VAULT_ADDR: no Vault is pinned without its address`,
    ]);
  });
}

test('S24 no pins, and a pinned http address, are warned about; https is not', () => {
  assert.match(good({}).warnings.join(), /VAULT_ADDR is not set: whoever reaches this port/);
  assert.match(good({ VAULT_ADDR: 'HTTP://vault' }).warnings.join(), /VAULT_ADDR is http/);
  assert.deepEqual(good(PINNED).warnings, []);
});
