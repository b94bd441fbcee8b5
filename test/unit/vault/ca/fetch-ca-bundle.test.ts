import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { systemClock } from '../../../../src/base/clock.ts';
import {
  CaFetchError,
  fetchCaBundle,
  lookAtCaBundle,
} from '../../../../src/vault/ca/fetch-ca-bundle.ts';
import { createTestCa } from '../../../support/real/test-ca.ts';
import {
  type AnsweringServer,
  answeringServer,
  type Reaction,
  type RecordedRequest,
} from '../../../support/servers/answering-server.ts';

const [own, other] = await Promise.all([createTestCa('own'), createTestCa('other')]);
const identity = await own.issue('vault', ['127.0.0.1']);

function pem(body: string, status = 200): Reaction {
  return { status, body, headers: { 'content-type': 'application/pem-certificate-chain' } };
}

function vault(react: (request: RecordedRequest) => Reaction): Promise<AnsweringServer> {
  return answeringServer(react, { https: identity });
}

function placeAt({ origin }: AnsweringServer, mounts = ['pki']) {
  return { address: origin, namespace: undefined, mounts };
}

async function refusal(react: (request: RecordedRequest) => Reaction): Promise<CaFetchError> {
  await using server = await vault(react);
  return await fetchCaBundle(placeAt(server), systemClock).then(
    () => assert.fail('it was accepted'),
    (error: unknown) => {
      assert.ok(error instanceof CaFetchError, String(error));
      return error;
    },
  );
}

test('S32 authorities that verify Vault itself are accepted, from all mounts, each once', async () => {
  await using server = await vault(({ path }) =>
    pem(path.startsWith('/v1/root/') ? own.caPem : `${other.caPem}\n${own.caPem}`),
  );
  const bundle = await fetchCaBundle(placeAt(server, ['root', 'team/ca']), systemClock);
  const both = [own, other].map(({ caPem }) => new X509Certificate(caPem));
  assert.equal(bundle.pem, both.join(''));
  assert.deepEqual(
    bundle.fingerprints,
    both.map((one) => one.fingerprint256.replaceAll(':', '').toLowerCase()),
  );
  assert.deepEqual(
    [...new Set(server.requests.map(({ path }) => path))],
    ['/v1/root/ca/pem', '/v1/team/ca/ca/pem'],
  );
});

test('S32 what was fetched unverified is fetched again, verified by nothing but itself', async () => {
  await using server = await vault(() => pem(own.caPem));
  await lookAtCaBundle(placeAt(server), systemClock);
  assert.deepEqual([server.requests.length, server.connections()], [1, 1]);
  await fetchCaBundle(placeAt(server), systemClock);
  assert.deepEqual([server.requests.length, server.connections()], [3, 3]);
});

test('S32 no token is sent, and the namespace where there is one', async () => {
  await using server = await vault(() => pem(own.caPem));
  await fetchCaBundle({ ...placeAt(server), namespace: 'team/a' }, systemClock);
  for (const { headers } of server.requests) {
    assert.equal('x-vault-token' in headers || 'authorization' in headers, false);
    assert.equal(headers['x-vault-namespace'], 'team/a');
  }
});

test('S32 authorities that do not verify Vault itself are refused for good', async () => {
  const error = await refusal(() => pem(other.caPem));
  assert.equal(error.retryable, false);
  assert.match(error.message, /certificate of Vault does not verify against what its mounts/);
});

test('S32 a Vault that answers by another name is refused for good', async () => {
  const elsewhere = await own.issue('vault', ['192.0.2.1']);
  await using server = await answeringServer(() => pem(own.caPem), { https: elsewhere });
  await assert.rejects(
    fetchCaBundle(placeAt(server), systemClock),
    (error) => error instanceof CaFetchError && !error.retryable,
  );
});

test('S32 other certificates over the connection that is verified are refused', async () => {
  let asked = 0;
  const error = await refusal(() => {
    asked += 1;
    return pem(asked === 1 ? own.caPem : `${own.caPem}\n${other.caPem}`);
  });
  assert.match(error.message, /other certificates to a connection that is verified/);
});

/** What a mount may answer instead, whether that may change by itself, and what is said of it. */
const ANSWERS: readonly [string, Reaction, boolean, RegExp][] = [
  ['a certificate that is no authority', pem(identity.certPem), false, /pki .*CA:TRUE/],
  ['an authority and another', pem(own.caPem + identity.certPem), false, /CA:TRUE/],
  ['HTML', pem('<html>hvs.secret</html>'), false, /pki\/ca\/pem holds no PEM certificate/],
  [
    'a certificate that cannot be read',
    pem('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'),
    false,
    /cannot be read/,
  ],
  ['nothing (204)', { status: 204 }, false, /answers with HTTP 204/],
  ['403', pem('{"errors":["permission denied"]}', 403), false, /HTTP 403/],
  ['404', pem('{"errors":[]}', 404), false, /HTTP 404/],
  ['429', pem('', 429), true, /HTTP 429/],
  ['503', pem('{"errors":["Vault is sealed"]}', 503), true, /HTTP 503/],
  ['a cut connection', (socket) => socket.destroy(), true, /pki\/ca\/pem: socket hang up/],
];

for (const [what, reaction, retryable, words] of ANSWERS) {
  test(`S32 ${what}, in place of certificates, is ${retryable ? 'tried again' : 'refused for good'}`, async () => {
    const error = await refusal(() => reaction);
    assert.equal(error.retryable, retryable);
    assert.match(error.message, words);
    assert.doesNotMatch(error.message, /hvs|html/);
  });
}

test('S32 a redirect is not followed, and tried again: a standby may become active', async () => {
  await using elsewhere = await vault(() => pem(own.caPem));
  const location = `${elsewhere.origin}/v1/pki/ca/pem`;
  const error = await refusal(() => ({ status: 307, headers: { location } }));
  assert.equal(error.retryable, true);
  assert.match(error.message, /redirect/);
  assert.equal(elsewhere.requests.length, 0);
});

test('S32 an http:// address has nothing to verify', async () => {
  await using plain = await answeringServer(() => pem(own.caPem));
  await assert.rejects(fetchCaBundle(placeAt(plain), systemClock), /http:\/\//);
  assert.equal(plain.requests.length, 0);
});
