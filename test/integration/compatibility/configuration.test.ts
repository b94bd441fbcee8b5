import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings } from '../../../src/config/load-settings.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { createTestCa } from '../../support/real/test-ca.ts';
import { type OldManifest, objectOf, readManifest } from './manifest.ts';
import { secretsOf, variablesOf } from './variables.ts';

const ca = await createTestCa();
const { certPem, keyPem } = await ca.issue('kubernetes-vault', ['kubernetes-vault']);
const FILES: Readonly<Record<string, string>> = {
  '/certificates/ca.pem': ca.caPem,
  '/certificates/cert.pem': certPem,
  '/certificates/cert.key': keyPem,
};

function readFile(path: string): string {
  const text = FILES[path];
  if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
  return text;
}

/** What the controller of an original manifest is started with: its configuration and its environment. */
function startedWith(manifest: OldManifest) {
  const objects = readManifest(manifest, { token: 'hvs.of-the-original', roleId: '' });
  const { metadata, spec } = objectOf(objects, 'Deployment', 'kubernetes-vault');
  const namespace = metadata.namespace ?? '';
  const [container] = spec?.template.spec.containers ?? [];
  const environment = variablesOf(container?.env, { namespace, secrets: secretsOf(objects) });
  const mounted = objects.find(({ kind }) => kind === 'ConfigMap')?.data?.['kubernetes-vault.yml'];
  return { text: mounted ?? environment['KUBERNETES_VAULT_LOCAL_CONFIG'] ?? '', environment };
}

const FLAG = 'skipTokenRoleNameValidation';

interface Expected {
  readonly manifest: OldManifest;
  readonly prometheus: Settings['prometheus'];
  readonly vault: Partial<Settings['vault']>;
  readonly kubernetes: Settings['kubernetes'];
  readonly warnings: readonly string[];
}

const EXPECTED: readonly Expected[] = [
  {
    manifest: 'quick-start',
    prometheus: {
      address: undefined,
      port: 443,
      certificate: { kind: 'vault', mount: 'intermediate-ca', role: 'kubernetes-vault' },
      clients: { kind: 'anyone' },
    },
    vault: { address: 'http://vault:8200', wrappingTtlSeconds: 60, ca: { kind: 'system' } },
    kubernetes: {
      watch: { kind: 'one', name: 'default' },
      podSelector: undefined,
      serviceNamespace: 'default',
      service: 'kubernetes-vault',
    },
    warnings: ['vault.addr', 'authorization'],
  },
  {
    manifest: 'secured-external-ca',
    prometheus: {
      address: undefined,
      port: 443,
      certificate: {
        kind: 'files',
        certFile: '/certificates/cert.pem',
        keyFile: '/certificates/cert.key',
      },
      clients: { kind: 'signed-by-file', file: '/certificates/ca.pem' },
    },
    vault: {
      address: 'https://vault.security:8200',
      wrappingTtlSeconds: 90,
      ca: { kind: 'file', path: '/certificates/ca.pem', pem: `${ca.caPem.trim()}\n` },
    },
    kubernetes: {
      watch: { kind: 'matching', regex: /^(shop|garden)$/iu },
      podSelector: undefined,
      serviceNamespace: 'security',
      service: 'kubernetes-vault',
    },
    warnings: ['authorization'],
  },
];

for (const { manifest, prometheus, vault, kubernetes, warnings } of EXPECTED) {
  test(`the configuration of ${manifest} means what it meant, with the original's ports`, () => {
    const { text, environment } = startedWith(manifest);
    const loaded = loadSettings(text, environment, readFile);
    if (!loaded.ok) assert.fail(JSON.stringify(loaded.problems));
    const { settings } = loaded;
    assert.deepEqual(settings.prometheus, prometheus);
    assert.partialDeepStrictEqual(settings.vault, vault);
    assert.deepEqual(settings.kubernetes, kubernetes);
    assert.equal(settings.vault.ownToken.kind, 'token');
    assert.deepEqual(settings.election, { kind: 'lease' });
    assert.deepEqual([settings.health.port, settings.peerPort], [8080, 45_680]);
    assert.equal(settings.authorization, undefined);
    assert.deepEqual(
      loaded.warnings.map(({ key }) => key),
      warnings,
    );
  });
}

test('without prometheus, metrics are where the original has them: on port 80', () => {
  const { text, environment } = startedWith('quick-start');
  const plain = text.slice(0, text.indexOf('prometheus:'));
  const loaded = loadSettings(plain, environment, readFile);
  assert.ok(loaded.ok);
  assert.equal(loaded.settings.prometheus.port, 80);
});

/** What the original took and ours refuses, as docs/guide/migrating.md lists it. */
const REFUSED: readonly [what: string, line: RegExp, instead: string, problem: RegExp][] = [
  ['a key in other letters', /addr:/, 'Addr:', /vault\.Addr is not a known key.*`addr`/],
  ['a key that nobody reads', /^/, 'verbose: 1\n', /verbose is not a known key/],
  [
    'a variable that is not set',
    /watchNamespace: .*/,
    'watchNamespace: $NAMESPACE',
    /NAMESPACE is not set/,
  ],
  ['a flag in quotes', /addr:/, `${FLAG}: "true"\n  addr:`, /without quotes/],
  ['a flag of YAML 1.1', /addr:/, `${FLAG}: yes\n  addr:`, /neither true nor/],
  ['a TTL in days', /addr:/, 'wrappingTTL: 1d\n  addr:', /wrappingTTL "1d" is not a duration/],
  ['an address without its scheme', /http:\/\/vault/, 'vault', /is not a URL that starts with/],
  [
    'a character class of Go',
    /watchNamespace: .*/,
    'watchNamespace: "~^[[:alpha:]]+$"',
    /\[\[:alpha:\]\]/,
  ],
  [
    'a key that is there twice',
    /addr:/,
    'addr: http://v\n  addr:',
    /vault\.addr is set a second time/,
  ],
];

for (const [what, line, instead, problem] of REFUSED) {
  test(`${what} is refused at the start, and told with its key`, () => {
    const { text, environment } = startedWith('quick-start');
    assert.match(text, line);
    const changed = text.replace(line, () => instead);
    const loaded = loadSettings(changed, environment, readFile);
    assert.ok(!loaded.ok);
    const told = loaded.problems.map(({ key, wrong, write }) => `${key} ${wrong}; ${write}`);
    assert.match(told.join('\n'), problem);
  });
}
