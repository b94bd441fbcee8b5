import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { RequestFailed } from '../support/real/admin-client.ts';
import { startControlPlane } from '../support/real/control-plane.ts';
import { type OpenBao, startOpenBao, startOpenBaoPersistent } from '../support/real/openbao.ts';
import { findBinary } from '../support/real/process/binaries.ts';
import { until } from '../support/until.ts';

interface Wrapped {
  readonly wrap_info: { readonly token: string; readonly creation_path: string };
}

interface Pod {
  readonly metadata: { readonly uid: string };
  readonly status: { readonly phase: string; readonly podIP?: string };
}

describe('a real OpenBao', () => {
  it('mints a wrapped secret_id', async () => {
    await using bao = await startOpenBao();
    await enableAppRole(bao, 'web');
    const { wrap_info: info } = await mint(bao, 'web');
    assert.equal(info.creation_path, 'auth/approle/role/web/secret-id');
  });

  it('serves https with a CA of its own, on IPv6 too', async () => {
    await using bao = await startOpenBao({ tls: true, address: '::1' });
    assert.match(bao.addr, /^https:\/\/\[::1\]:\d+$/);
    assert.equal(readFileSync(bao.caFile, 'utf8'), bao.caPem);
    await enableAppRole(bao, 'web');
  });

  it('is empty after a restart, with the same address and root token', async () => {
    await using bao = await startOpenBao();
    await enableAppRole(bao, 'web');
    await bao.restart();
    await assert.rejects(mint(bao, 'web'), statusIs(404));
    await enableAppRole(bao, 'web');
  });

  it('on raft storage, keeps its state through a restart, a crash and a seal', async () => {
    await using bao = await startOpenBaoPersistent();
    await enableAppRole(bao, 'web');
    await bao.restart();
    await mint(bao, 'web');
    await bao.kill();
    await bao.start();
    await mint(bao, 'web');
    await bao.seal();
    await assert.rejects(mint(bao, 'web'), statusIs(503));
    await bao.unseal();
    await mint(bao, 'web');
  });

  it('refuses a port that is taken', async () => {
    await using bao = await startOpenBao();
    const port = Number(new URL(bao.addr).port);
    await assert.rejects(startOpenBao({ port }), { message: /^port \d+ of 127.0.0.1 is taken/ });
  });

  it('shows its last words when it cannot start', async () => {
    const before = process.env['BAO'];
    process.env['BAO'] = '/bin/ls';
    const failure: Error = await startOpenBao().then(
      () => assert.fail('it started'),
      (error) => error,
    );
    if (before === undefined) delete process.env['BAO'];
    else process.env['BAO'] = before;
    assert.match(failure.message, /^openbao ended before it was ready.*\n.*option/s);
    const log = /output is in (.*\/log);/.exec(failure.message)?.[1] ?? '';
    assert.ok(existsSync(log));
    rmSync(join(log, '..'), { recursive: true });
  });

  it('leaves neither process nor files behind', async () => {
    const bao = await startOpenBao();
    const { pid, logFile } = bao;
    assert.ok(isAlive(pid));
    await bao[Symbol.asyncDispose]();
    assert.ok(!isAlive(pid));
    assert.ok(!existsSync(logFile));
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`ends with a test that ${signal} ends`, async () => {
      const program = `
        const { startOpenBao } = await import('./test/support/real/openbao.ts');
        const { pid, logFile } = await startOpenBao();
        console.log(JSON.stringify({ pid, logFile }));
        setInterval(() => undefined, 1000);`;
      const cwd = join(import.meta.dirname, '../..');
      const test = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd });
      const [line] = await once(test.stdout, 'data');
      const { pid, logFile } = JSON.parse(line);
      assert.ok(isAlive(pid));
      test.kill(signal);
      await once(test, 'exit');
      await until('the server has ended', () => !isAlive(pid));
      assert.equal(existsSync(logFile), signal === 'SIGKILL');
      rmSync(join(logFile, '..'), { recursive: true, force: true });
    });
  }
});

describe('a real control plane', () => {
  it('holds a pod whose kubelet the test plays, and keeps it through a restart', async () => {
    await using plane = await startControlPlane();
    const { pids } = plane;
    await plane.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
    const pods = '/api/v1/namespaces/shop/pods';
    const created = await plane.request<Pod>('POST', pods, podNamed('web-1'));
    assert.equal(created.status.phase, 'Pending');
    const status = { phase: 'Running', podIP: '10.0.0.7', podIPs: [{ ip: '10.0.0.7' }] };
    await plane.request('PATCH', `${pods}/web-1/status`, { status });

    await plane.stopApiServer();
    await assert.rejects(plane.request('GET', '/readyz'), { code: 'ECONNREFUSED' });
    await plane.startApiServer();

    const found = await plane.request<Pod>('GET', `${pods}/web-1`);
    assert.equal(found.metadata.uid, created.metadata.uid);
    assert.equal(found.status.podIP, '10.0.0.7');
    await plane.stop();
    assert.deepEqual(pids.filter(isAlive), []);
    assert.deepEqual(plane.pids, []);
  });

  it('lets a service account do what RBAC allows, and no more', async () => {
    await using plane = await startControlPlane();
    const accounts = '/api/v1/namespaces/default/serviceaccounts';
    await plane.request('POST', accounts, { metadata: { name: 'watcher' } });
    const dir = mkdtempSync(join(tmpdir(), 'service-account-'));
    await plane.writeServiceAccountDir('default', 'watcher', dir);
    const [token = '', ca = '', namespace] = ['token', 'ca.crt', 'namespace'].map((file) =>
      readFileSync(join(dir, file), 'utf8'),
    );
    rmSync(dir, { recursive: true });
    assert.equal(namespace, 'default');
    const pods = `${plane.url}/api/v1/namespaces/default/pods`;
    assert.equal(await statusOf(pods, token, ca), 403);
    await allowToListPods((path, body) => plane.request('POST', path, body));
    await until('RBAC allows it', async () => (await statusOf(pods, token, ca)) === 200);
  });
});

describe('a missing server', () => {
  it('is named in one line with what to do', () => {
    const before = { ...process.env };
    Object.assign(process.env, { XDG_CACHE_HOME: '/nowhere', ETCD: '', BAO: '/nowhere/bao' });
    try {
      assert.throws(
        () => findBinary('etcd'),
        /^Error: etcd [\d.]+ is missing.*'make servers'.*ETCD$/,
      );
      assert.throws(() => findBinary('openbao'), /BAO=\/nowhere\/bao is not an executable file$/);
    } finally {
      process.env = before;
    }
  });
});

async function enableAppRole(bao: OpenBao, role: string): Promise<void> {
  await bao.request('POST', 'sys/auth/approle', { type: 'approle' });
  await bao.request('POST', `auth/approle/role/${role}`, {});
}

function mint(bao: OpenBao, role: string): Promise<Wrapped> {
  const path = `auth/approle/role/${role}/secret-id`;
  return bao.request('POST', path, {}, { 'x-vault-wrap-ttl': '60s' });
}

function statusIs(status: number) {
  return (error: unknown) => error instanceof RequestFailed && error.status === status;
}

function podNamed(name: string) {
  return { metadata: { name }, spec: { containers: [{ name: 'app', image: 'app' }] } };
}

async function allowToListPods(
  create: (path: string, body: object) => Promise<unknown>,
): Promise<void> {
  const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
  const metadata = { name: 'watcher' };
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }];
  await create(`${path}/roles`, { metadata, rules });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'watcher' };
  const subjects = [{ kind: 'ServiceAccount', namespace: 'default', name: 'watcher' }];
  await create(`${path}/rolebindings`, { metadata, roleRef, subjects });
}

async function statusOf(url: string, token: string, ca: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const headers = { authorization: `Bearer ${token}` };
  const call = request(url, { ca, headers, agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode);
  });
  call.once('error', reject);
  call.end();
  return promise;
}

/** Whether that process runs; one that has ended and waits for its parent does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
