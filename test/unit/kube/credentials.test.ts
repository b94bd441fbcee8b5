import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cachedValue } from '../../../src/kube/api/cached-value.ts';
import type { KubeCredentials } from '../../../src/kube/api/credentials.ts';
import { findCredentials } from '../../../src/kube/api/find-credentials.ts';
import { inClusterCredentials } from '../../../src/kube/api/in-cluster.ts';
import { kubeconfigCredentials } from '../../../src/kube/api/kubeconfig.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'credentials-'));
  return {
    path,
    write: async (name: string, text: string) => {
      await writeFile(join(path, name), text);
      return join(path, name);
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}

async function tokenOf(credentials: KubeCredentials): Promise<string | undefined> {
  return (await credentials.access()).token?.reveal();
}

const HOST = { host: '10.96.0.1', port: 443 };

test('in a cluster: server, CA and token come from variables and files', async () => {
  await using files = await folder();
  await files.write('token', 'the-token\n');
  await files.write('ca.crt', 'the CA\n');
  const credentials = inClusterCredentials({ ...HOST, directory: files.path }, virtualClock());
  const { server, tls, token } = await credentials.access();
  assert.equal(server.href, 'https://10.96.0.1/');
  assert.deepEqual(tls, { ca: 'the CA' });
  assert.equal(token?.reveal(), 'the-token');
});

test('in a cluster of IPv6 the server’s address stands in brackets', async () => {
  await using files = await folder();
  await files.write('token', 't');
  await files.write('ca.crt', 'c');
  const settings = { host: 'fd00::1', port: 6443, directory: files.path };
  const { server } = await inClusterCredentials(settings, virtualClock()).access();
  assert.equal(server.origin, 'https://[fd00::1]:6443');
});

test('a token that rotates, as a kubelet swaps its link, is read within a minute, or after a 401', async () => {
  await using files = await folder();
  await files.write('ca.crt', 'c');
  const rotate = async (token: string) => {
    await files.write(token, token);
    await symlink(token, join(files.path, 'new'));
    await rename(join(files.path, 'new'), join(files.path, 'token'));
  };
  await rotate('first');
  const clock = virtualClock();
  const credentials = inClusterCredentials({ ...HOST, directory: files.path }, clock);
  assert.equal(await tokenOf(credentials), 'first');
  await rotate('second');
  clock.advance(59_999);
  assert.equal(await tokenOf(credentials), 'first');
  clock.advance(1);
  assert.equal(await tokenOf(credentials), 'second');
  await rotate('third');
  credentials.refused();
  assert.equal(await tokenOf(credentials), 'third');
});

test('a file that cannot be read for a while leaves the last token in use, until it is refused', async () => {
  await using files = await folder();
  await files.write('ca.crt', 'c');
  const token = await files.write('token', 'first');
  const clock = virtualClock();
  const credentials = inClusterCredentials({ ...HOST, directory: files.path }, clock);
  assert.equal(await tokenOf(credentials), 'first');
  await rm(token);
  clock.advance(60_000);
  assert.equal(await tokenOf(credentials), 'first');
  credentials.refused();
  await assert.rejects(credentials.access(), /ENOENT.*token/);
  await files.write('token', '');
  await assert.rejects(credentials.access(), /token is empty/);
});

test('askers at the same time cause one reading', async () => {
  let readings = 0;
  const cached = cachedValue(virtualClock(), 1_000, () => Promise.resolve(++readings));
  assert.deepEqual(await Promise.all([cached.get(), cached.get(), cached.get()]), [1, 1, 1]);
  assert.equal(await cached.get(), 1);
});

const CONFIG = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'c',
  contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
  clusters: [
    {
      name: 'k',
      cluster: {
        server: 'https://kube.test:6443/base',
        'certificate-authority-data': Buffer.from('the CA').toString('base64'),
        'tls-server-name': 'kube.internal',
      },
    },
  ],
};

async function accessWith(user: object, cluster?: object) {
  await using files = await folder();
  const clusters = cluster ? [{ name: 'k', cluster }] : CONFIG.clusters;
  const config = { ...CONFIG, clusters, users: [{ name: 'u', user }] };
  const file = await files.write('config', JSON.stringify(config));
  return await kubeconfigCredentials([file], virtualClock()).access();
}

test('a kubeconfig with a token gives server, CA, server name and token', async () => {
  const { server, tls, token } = await accessWith({ token: 'the-token' });
  assert.equal(server.href, 'https://kube.test:6443/base');
  assert.equal(String(tls.ca), 'the CA');
  assert.equal(tls.servername, 'kube.internal');
  assert.equal(token?.reveal(), 'the-token');
});

test('a kubeconfig with a client certificate gives that, and no token', async () => {
  const data = (text: string) => Buffer.from(text).toString('base64');
  const { tls, token } = await accessWith({
    'client-certificate-data': data('cert'),
    'client-key-data': data('key'),
  });
  assert.deepEqual([tls.cert, tls.key], [Buffer.from('cert'), Buffer.from('key')]);
  assert.equal(token, undefined);
});

test('a kubeconfig that impersonates, with a token, sends both', async () => {
  const { token, headers } = await accessWith({ token: 't', as: 'ann' });
  assert.equal(token?.reveal(), 't');
  assert.deepEqual(headers, { 'Impersonate-User': 'ann' });
});

test('an exec plugin of a kubeconfig is asked for its token, and again after a 401', async () => {
  await using files = await folder();
  const counter = join(files.path, 'count');
  const script = `echo x >> ${counter}; n=$(wc -l < ${counter}); echo "{\\"status\\":{\\"token\\":\\"token-$n\\"}}"`;
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'sh',
    args: ['-c', script],
  };
  const config = { ...CONFIG, users: [{ name: 'u', user: { exec } }] };
  const file = await files.write('config', JSON.stringify(config));
  const clock = virtualClock();
  const credentials = kubeconfigCredentials([file], clock);
  assert.equal(await tokenOf(credentials), 'token-1');
  clock.advance(120_000);
  assert.equal(await tokenOf(credentials), 'token-1');
  credentials.refused();
  assert.equal(await tokenOf(credentials), 'token-2');
});

test('several kubeconfig files are one, with the first one’s current context', async () => {
  await using files = await folder();
  const first = await files.write(
    'a',
    JSON.stringify({ ...CONFIG, clusters: [], users: [{ name: 'u', user: { token: 'a' } }] }),
  );
  const second = await files.write(
    'b',
    JSON.stringify({ ...CONFIG, 'current-context': 'other', contexts: [], users: [] }),
  );
  const { server, token } = await kubeconfigCredentials([first, second], virtualClock()).access();
  assert.equal(server.hostname, 'kube.test');
  assert.equal(token?.reveal(), 'a');
});

test('a kubeconfig that cannot work says why, and works once it is mended', async () => {
  await using files = await folder();
  const file = join(files.path, 'config');
  const credentials = kubeconfigCredentials([file], virtualClock());
  await assert.rejects(credentials.access(), /ENOENT/);
  await files.write('config', JSON.stringify({ ...CONFIG, contexts: [], users: [] }));
  await assert.rejects(credentials.access(), /no current context/);
  const users = [{ name: 'u', user: { token: 't' } }];
  await files.write('config', JSON.stringify({ ...CONFIG, users }));
  assert.equal(await tokenOf(credentials), 't');
});

test('a kubeconfig with a proxy is refused rather than read wrong', async () => {
  const cluster = { server: 'https://kube.test', 'proxy-url': 'http://proxy.test:3128' };
  await assert.rejects(accessWith({ token: 't' }, cluster), /proxy-url/);
});

const ENVIRONMENTS: ReadonlyArray<[string, Record<string, string>, string]> = [
  ['KUBECONFIG wins', { KUBECONFIG: 'K', KUBERNETES_SERVICE_HOST: 'h', HOME: 'H' }, 'K'],
  ['then the pod’s own account', { KUBERNETES_SERVICE_HOST: 'h', HOME: 'H' }, 'S/token'],
  ['then ~/.kube/config', { HOME: 'H', KUBECONFIG: '' }, 'H/.kube/config'],
];

for (const [title, environment, file] of ENVIRONMENTS) {
  test(`of several ways to the API server, ${title}`, async () => {
    const credentials = findCredentials(environment, 'S', virtualClock());
    await assert.rejects(credentials.access(), (error) => String(error).includes(`'${file}'`));
  });
}

test('an environment that leads nowhere says what is missing', () => {
  assert.throws(() => findCredentials({}, 'S', virtualClock()), /KUBECONFIG/);
});
