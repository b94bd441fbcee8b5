import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { keyPath } from '../../../src/config/problem.ts';
import { type DocumentedKey, documentedKeys } from '../../../src/config/schema/key-docs.ts';
import { withGeneratedParts } from '../../../tools/docs/configuration-parts.ts';
import { load, problemsOf } from '../../support/config/load.ts';
import { createTestCa } from '../../support/real/test-ca.ts';

const guide = (name: string) =>
  readFileSync(new URL(`../../../docs/guide/${name}`, import.meta.url), 'utf8');
const page = guide('configuration.md');
const environment = { VAULT_TOKEN: 't', KUBERNETES_NAMESPACE: 'vault' };
const ca = await createTestCa();
const own = await ca.issue('own', ['own']);
const files = {
  '/kubernetes-vault/ca.crt': ca.caPem,
  '/kubernetes-vault/clients.crt': ca.caPem,
  '/kubernetes-vault/tls.crt': own.certPem,
  '/kubernetes-vault/tls.key': own.keyPem,
  '/kubernetes-vault/cluster/keys': Buffer.alloc(32).toString('base64'),
  '/var/run/secrets/vault/token': 't',
  '/var/run/secrets/vault/secret-id': 's',
};

test('the reference says what the code does (else run tools/docs/configuration.ts)', () => {
  assert.equal(withGeneratedParts(page), page);
});

const pages = page + guide('vault-access.md');
const blocks = [...pages.matchAll(/```yaml\n(.*?)```/gs)].map(([, block]) => block ?? '');

test('the guide shows whole configurations', () => assert.ok(blocks.length >= 5));

for (const [index, block] of blocks.entries()) {
  test(`configuration ${index + 1} of the guide is right`, () => {
    assert.deepEqual(problemsOf(block, environment, files), []);
  });
}

/** What a key needs beside it to be right. */
const COMPANIONS: Readonly<Record<string, string>> = {
  'vault.tls.caSHA256': 'vault.tls.vaultCABackends',
  'prometheus.tls.vaultCertBackend': 'prometheus.tls.vaultCertRole',
  'prometheus.tls.vaultCertRole': 'prometheus.tls.vaultCertBackend',
  'prometheus.tls.certFile': 'prometheus.tls.certKey',
  'prometheus.tls.certKey': 'prometheus.tls.certFile',
  'prometheus.tls.vaultCABackends': 'prometheus.tls.vaultCertBackend',
  'prometheus.tls.caCert': 'prometheus.tls.vaultCertBackend',
  'vault.auth.kubernetes.mount': 'vault.auth.kubernetes.role',
  'vault.auth.kubernetes.tokenFile': 'vault.auth.kubernetes.role',
  'vault.auth.approle.mount': 'vault.auth.approle.roleId',
  'vault.auth.approle.secretIdFile': 'vault.auth.approle.roleId',
  'vault.auth.approle.roleId': 'vault.auth.approle.secretIdFile',
  'authorization.rules[0].approles': 'authorization.rules[0].namespaces',
  'authorization.rules[0].namespaces': 'authorization.rules[0].approles',
};

const keys = new Map(documentedKeys().map((key) => [keyPath(key.path), key]));

/** A configuration in which `name` has this value, and what it needs its example. */
function configWith(name: string, value: string): string {
  const needed = new Set([name]);
  for (const key of needed) {
    const companion = COMPANIONS[key];
    if (companion !== undefined) needed.add(companion);
    if (key.startsWith('authorization.rules[0]')) {
      needed.add('authorization.rules[0].approles').add('authorization.rules[0].namespaces');
    }
  }
  for (const [key, { doc }] of keys) {
    if (doc.default === undefined && !/^(authorization|vault\.auth)\b/.test(key)) needed.add(key);
  }
  if (!/^vault\.(tokenFile|auth)\b/.test(name)) needed.add('vault.token');
  const chosen = [...needed].map((key): [DocumentedKey, string] => {
    const documented = keys.get(key) ?? assert.fail(key);
    return [documented, key === name ? value : documented.doc.example];
  });
  return asYaml(chosen);
}

/** Flow style, nested by path. */
function asYaml(values: readonly [DocumentedKey, string][], depth = 0): string {
  const groups = Map.groupBy(values, ([{ path }]) => path[depth]);
  const members = [...groups].map(([step, group]) => {
    const [first] = group;
    const isLeaf = group.length === 1 && first?.[0].path.length === depth + 1;
    const inner = isLeaf ? first[1] : asYaml(group, depth + 1);
    return typeof step === 'number' ? inner : `"${step}": ${inner}`;
  });
  const isList = typeof [...groups.keys()][0] === 'number';
  return isList ? `[${members.join(', ')}]` : `{${members.join(', ')}}`;
}

for (const [name, { doc }] of keys) {
  test(`the reference of ${name} is complete, and its example is right`, () => {
    assert.ok(doc.type !== '' && /^[A-Z`].*\.$/s.test(doc.meaning), `${doc.type}: ${doc.meaning}`);
    const text = configWith(name, doc.example);
    assert.deepEqual(problemsOf(text, environment, files), [], text);
  });
}

/** Defaults that can be written down; `hostNetwork` may not be null. */
const LITERAL_DEFAULTS = [...keys].filter(
  ([name, { doc }]) =>
    !/^(none|all|the one|80, )/.test(doc.default ?? 'none') && !name.endsWith('hostNetwork'),
);

for (const [name, { doc }] of LITERAL_DEFAULTS) {
  test(`${name}: ${doc.default} means the same as nothing`, () => {
    const [written, absent] = [doc.default ?? '', 'null'].map((value) =>
      load(configWith(name, value), environment, files),
    );
    assert.ok(written?.ok && absent?.ok);
    assert.deepEqual(written.settings, absent.settings);
  });
}
