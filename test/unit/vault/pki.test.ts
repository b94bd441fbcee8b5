import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import { createVaultClient } from '../../../src/vault/client/vault-client.ts';
import { isVaultError } from '../../../src/vault/client/vault-error.ts';
import { issueCertificate } from '../../../src/vault/pki/issue-certificate.ts';
import { readCaCertificate } from '../../../src/vault/pki/read-ca-certificate.ts';
import { createTestCa } from '../../support/real/test-ca.ts';
import { answeringServer, json, type Reaction } from '../../support/servers/answering-server.ts';

const ca = await createTestCa();
const leaf = await ca.issue('x', ['127.0.0.1']);
const REQUEST = {
  mount: 'a/pki',
  role: 'own',
  commonName: 'kubernetes-vault',
  altNames: ['pod-1'],
  ipSans: ['10.0.0.1', 'fd00::1'],
};

async function aVault(reaction: Reaction) {
  const server = await answeringServer(() => reaction);
  const token = () => new Secret('the-token');
  const client = createVaultClient({ address: server.origin, token }, systemClock);
  return {
    client,
    requests: server.requests,
    async [Symbol.asyncDispose]() {
      client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

test('a certificate is asked for with its names, and comes with what is between it and its authority', async () => {
  const data = { certificate: `${leaf.certPem}\n`, ca_chain: [ca.caPem], private_key: 'the key' };
  await using vault = await aVault(json({ data }));
  const issued = await issueCertificate(vault.client, REQUEST);
  assert.equal(issued.chain, `${leaf.certPem}\n${ca.caPem}\n`);
  assert.equal(issued.key.reveal(), 'the key');
  const [request] = vault.requests;
  assert.equal(request?.path, '/v1/a/pki/issue/own');
  assert.deepEqual(JSON.parse(request?.body ?? ''), {
    common_name: 'kubernetes-vault',
    alt_names: 'pod-1',
    ip_sans: '10.0.0.1,fd00::1',
  });
  assert.equal(request?.headers['x-vault-token'], 'the-token');
});

test('a certificate right below its authority comes alone', async () => {
  const data = { certificate: leaf.certPem, private_key: 'the key' };
  await using vault = await aVault(json({ data }));
  assert.equal((await issueCertificate(vault.client, REQUEST)).chain, `${leaf.certPem}\n`);
});

const BAD_CERTIFICATES: readonly [body: unknown, wrong: string][] = [
  [{}, 'data is missing'],
  [{ data: { private_key: 'hush hush' } }, 'data.certificate is missing'],
  [{ data: { certificate: 'x' } }, 'data.private_key is missing'],
  [{ data: { certificate: 'x', private_key: 7 } }, 'data.private_key is not a string'],
  [
    { data: { certificate: 'x', private_key: 'hush hush', ca_chain: 'y' } },
    'data.ca_chain is not a list of strings',
  ],
];
for (const [body, wrong] of BAD_CERTIFICATES) {
  test(`S31 a certificate of which ${wrong} is an error that says so`, async () => {
    await using vault = await aVault(json(body));
    await assert.rejects(issueCertificate(vault.client, REQUEST), (error) => {
      assert.ok(isVaultError(error) && error.kind === 'malformed');
      assert.equal(error.message, `issue a certificate of a/pki/issue/own: ${wrong}`);
      return true;
    });
  });
}

test('the authority of a mount is read without a token', async () => {
  await using vault = await aVault(json({ data: { certificate: `${ca.caPem}\n` } }));
  assert.equal(await readCaCertificate(vault.client, 'clients-ca'), ca.caPem);
  assert.equal(vault.requests[0]?.path, '/v1/clients-ca/cert/ca');
  assert.equal(vault.requests[0]?.headers['x-vault-token'], undefined);
});

const BAD_AUTHORITIES: readonly [certificate: unknown, wrong: string][] = [
  [undefined, 'data.certificate is missing'],
  ['', 'data.certificate is missing'],
  ['nothing', 'data.certificate holds no PEM certificate'],
  [ca.caPem.replace('M', 'A'), 'data.certificate holds a PEM certificate that cannot be read'],
  [leaf.certPem, 'data.certificate is not of an authority (CA:TRUE)'],
];
for (const [certificate, wrong] of BAD_AUTHORITIES) {
  test(`S31 an authority of which ${wrong} is an error that says so`, async () => {
    await using vault = await aVault(json({ data: { certificate } }));
    await assert.rejects(readCaCertificate(vault.client, 'clients-ca'), {
      message: `read the CA certificate of clients-ca: ${wrong}`,
    });
  });
}
