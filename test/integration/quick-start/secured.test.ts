import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Rig, startRig } from './rig.ts';

let rig: Rig;
before(async () => {
  rig = await startRig();
});
after(() => rig[Symbol.asyncDispose]());

const up = ['up', '--secured', '--yes', '--vault-image', 'local/openbao:e2e'] as const;

async function stored(path: string, key: string): Promise<string> {
  type Found = { data: Readonly<Record<string, string>> };
  return (await rig.plane.request<Found>('GET', path)).data[key] ?? '';
}

test('an external CA that is gone afterwards signs the certificate of Vault', async () => {
  const { code, printed } = await rig.run(...up);
  assert.equal(code, 0, printed);
  assert.equal(rig.player.accessors.size, 5);
  assert.equal(rig.player.server('external-ca'), undefined);
  const secret = '/api/v1/namespaces/vault/secrets/vault-tls';
  const leaf = new X509Certificate(Buffer.from(await stored(secret, 'tls.crt'), 'base64'));
  for (const namespace of ['kubernetes-vault', 'sample-app']) {
    const path = `/api/v1/namespaces/${namespace}/configmaps/vault-ca`;
    const authority = new X509Certificate(await stored(path, 'ca.crt'));
    assert.ok(leaf.verify(authority.publicKey) && authority.ca);
  }
  assert.equal(leaf.checkHost('vault.vault'), 'vault.vault');
  const key = Buffer.from(await stored(secret, 'tls.key'), 'base64').toString();
  assert.ok(!printed.includes(key.split('\n')[1] ?? 'no key'), 'the key was printed');
});

test('Vault issues the certificates that the controllers and Prometheus need, and no others', async () => {
  const vault = rig.player.server('deploy/vault');
  assert.ok(vault);
  const issue = (role: string, ...rest: readonly string[]) =>
    vault.exec(['write', '-field=certificate', `intermediate-ca/issue/${role}`, ...rest]);
  const host = 'alt_names=kubernetes-vault-6d4cf56db6-abcde';
  const server = await issue(
    'kubernetes-vault',
    'common_name=kubernetes-vault',
    host,
    'ip_sans=10.1.2.3',
  );
  assert.equal(server.code, 0, server.stderr);
  assert.deepEqual(new X509Certificate(server.stdout).keyUsage, ['1.3.6.1.5.5.7.3.1']);
  const client = await issue('prometheus', 'common_name=prometheus');
  assert.deepEqual(new X509Certificate(client.stdout).keyUsage, ['1.3.6.1.5.5.7.3.2']);
  assert.notEqual((await issue('prometheus', 'common_name=vault.vault')).code, 0);
});

test('run again, it makes no other certificate; the plain one is not put over it', async () => {
  const path = '/api/v1/namespaces/vault/secrets/vault-tls';
  const before = await stored(path, 'tls.crt');
  const again = await rig.run(...up);
  assert.equal(again.code, 0, again.printed);
  assert.equal(await stored(path, 'tls.crt'), before);
  const done = again.printed.match(/^ {8}done$/gm) ?? [];
  assert.equal(done.length, 2, `only what kubectl compares is applied again:\n${again.printed}`);
  const plain = await rig.run('up', '--yes');
  assert.equal(plain.code, 1);
  assert.match(plain.printed, /this cluster has the secured quick start/);
});

test('down leaves no cluster role and no binding behind', async () => {
  const { code, printed } = await rig.run('down', '--yes');
  assert.equal(code, 0, printed);
  for (const kind of ['clusterroles', 'clusterrolebindings']) {
    type Items = { items: { metadata: { name: string } }[] };
    const path = `/apis/rbac.authorization.k8s.io/v1/${kind}`;
    const { items } = await rig.plane.request<Items>('GET', path);
    const left = items.map(({ metadata }) => metadata.name).filter((name) => /vault/.test(name));
    assert.deepEqual(left, []);
  }
});
