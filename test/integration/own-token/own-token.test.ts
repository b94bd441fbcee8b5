import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Installation, startInstallation } from '../../support/installation/installation.ts';
import {
  startVaultProxy,
  type VaultProxy,
} from '../../support/installation/servers/vault-proxy.ts';
import type { OpenBao } from '../../support/real/openbao.ts';
import { until } from '../../support/until.ts';
import { controllersOf, type StartController } from './controllers.ts';
import {
  allowAnyTokenRole,
  createdToken,
  periodicToken,
  replaceFile,
  revoke,
  roleToken,
  secondsLeft,
} from './tokens.ts';

let home: Installation;
let vault: OpenBao;
let start: StartController;

before(async () => {
  home = await startInstallation({ podNamespaces: ['shop', 'shop-2'] });
  vault = home.servers.vault;
  start = await controllersOf(home);
  await allowAnyTokenRole(vault);
});

after(() => home[Symbol.asyncDispose]());

/** A proxy before the installation's Vault, for one controller. */
async function ownProxy(): Promise<VaultProxy> {
  return await startVaultProxy(vault.addr);
}

const RENEWED = { msg: /^the token is renewed for 20s$/ };

// They wait for one another's time to pass, not for one another.
describe("the controller's token", { concurrency: true }, () => {
  test('S30 a token with a period of 20 s is renewed for a minute (which it takes)', async () => {
    const token = await periodicToken(vault, 'short', '20s');
    await using one = await start({ token });
    await one.isReady();
    const renewals = () => one.controller.said(RENEWED);
    await until('it is renewed for the sixth time', () => renewals().length >= 6, 90_000);
    const times = renewals().map(({ time }) => Date.parse(String(time)));
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    assert.ok(
      gaps.every((gap) => gap > 9_000),
      `half a TTL apart: ${gaps.join()}`,
    );
    assert.ok(((await secondsLeft(vault, token)) ?? 0) > 8);
    assert.deepEqual(one.controller.said({ level: 'error' }), []);
    await one.isReady();
  });

  test('S30 a revoked token is known within 5 s, and another in its file makes it ready again', async () => {
    const file = home.file('token');
    const token = await periodicToken(vault, 'in-a-file');
    replaceFile(file, `${token}\n`);
    await using one = await start({ token: undefined, tokenFile: file }, ['shop']);
    await one.isReady();
    await (await home.pod({ namespace: 'shop' })).served();
    await revoke(vault, token);
    await one.isNotReady(/\[-\]vault-token failed: invalid: .*403/, 5_000);
    const waiting = await home.pod({ namespace: 'shop' });
    replaceFile(file, await periodicToken(vault, 'in-a-file'));
    await one.isReady();
    await waiting.served();
    await one.controller.says({ level: 'error', msg: /^Vault does not accept the token any more/ });
    const accepted = () => one.controller.said({ msg: /^the token is valid, for 2[34]h/ });
    await until('both tokens were accepted', () => accepted().length === 2);
  });

  test('S30 a token that is refused while minting is looked for in its file at once', async () => {
    const file = home.file('token-2');
    const token = await periodicToken(vault, 'in-a-file-2');
    replaceFile(file, token);
    await using one = await start({ token: undefined, tokenFile: file }, ['shop-2']);
    await one.isReady();
    await revoke(vault, token);
    const waiting = await home.pod({ namespace: 'shop-2' });
    await one.controller.says({ level: 'error', msg: /^Vault does not accept the token any more/ });
    replaceFile(file, await periodicToken(vault, 'in-a-file-2'));
    await waiting.served();
  });

  test('S30 a root token ends the start with code 1, and every rule that it breaks', async () => {
    await using one = await start({ token: vault.rootToken });
    assert.equal(await one.controller.ended, 1);
    const wrongs = one.controller.said({ level: 'error' }).map(({ msg }) => msg);
    assert.equal(wrongs.length, 5);
    for (const [index, what] of [/root token/, /no TTL/, /not renewable/, /token role/].entries()) {
      assert.match(wrongs[index] ?? '', what);
    }
    assert.equal(wrongs[4], 'the controller cannot go on');
  });

  test('S30 what the log says to do about a token makes one that is right', async () => {
    const commands = new Set<string>();
    const limits = { token_explicit_max_ttl: '1h', renewable: false };
    let token = await roleToken(vault, 'own', limits);
    {
      await using one = await start({ token });
      assert.equal(await one.controller.ended, 1);
      for (const { remedy } of one.controller.said({ level: 'error' })) {
        for (const command of commandsIn(String(remedy))) commands.add(command);
      }
    }
    assert.ok(commands.delete('vault token create -role=own'), [...commands].join('\n'));
    assert.equal(commands.size, 3, [...commands].join('\n'));
    for (const command of commands) await carryOut(command);
    token = await createdToken(vault, 'own');
    await using one = await start({ token });
    await one.isReady();
  });

  test('S30 a Vault that is away when the controller starts is waited for', async () => {
    await using proxy = await ownProxy();
    await proxy.http.stop();
    await using one = await start({ addr: proxy.url });
    await one.controller.watches();
    await one.isNotReady(/vault-token failed: not checked yet: .*ECONNREFUSED/);
    await proxy.http.start();
    await one.isReady();
  });

  for (const [what, status, body, words] of [
    ['204', 204, '', /the answer is empty/],
    ['an empty body', 200, '', /the answer is empty/],
    ['HTML', 200, '<!doctype html><p>sign in</p>', /the answer is not JSON/],
    [
      'a field of a wrong type',
      200,
      '{"data":{"policies":["x"],"renewable":"yes","ttl":60,"creation_ttl":60}}',
      /data\.renewable is not a boolean/,
    ],
  ] as const) {
    test(`S31 ${what} in place of the token is said to be wrong, and asked for again`, async () => {
      await using proxy = await ownProxy();
      proxy.insteadOf(({ url }) => (url.endsWith('/lookup-self') ? { status, body } : undefined));
      await using one = await start({ addr: proxy.url });
      await one.isNotReady(words);
      assert.match((await one.readiness()).text, /look the own token up: /);
      proxy.insteadOf(undefined);
      await one.isReady();
    });
  }

  test('S30 an AppRole of its own logs in anew before its token ends', async () => {
    const path = 'auth/approle/role/the-controller';
    const limits = { token_ttl: '4s', token_max_ttl: '8s', token_policies: ['kubernetes-vault'] };
    await vault.request('POST', path, limits);
    type RoleId = { data: { role_id: string } };
    const { data } = await vault.request<RoleId>('GET', `${path}/role-id`);
    type SecretId = { data: { secret_id: string } };
    const secret = await vault.request<SecretId>('POST', `${path}/secret-id`, {});
    const secretIdFile = home.file('secret-id');
    replaceFile(secretIdFile, `${secret.data.secret_id}\n`);
    await using proxy = await ownProxy();
    const auth = { approle: { roleId: data.role_id, secretIdFile } };
    await using one = await start({ addr: proxy.url, token: undefined, auth });
    await one.isReady();
    const logins = () => proxy.callsTo('auth/approle/login').length;
    await until('it has logged in three times', () => logins() >= 3, 30_000);
    assert.ok(proxy.callsTo('auth/token/renew-self').length > 0, 'it renews while that helps');
    assert.deepEqual(one.controller.said({ level: 'error' }), [], 'before the token ends');
    await one.isReady();
  });

  test('S30 a service account logs in, judged by the real API server, and anew when its token is revoked', async () => {
    const { plane, home: installed } = home.servers;
    await vault.request('POST', 'sys/auth/kubernetes', { type: 'kubernetes' });
    await vault.request('POST', 'auth/kubernetes/config', {
      kubernetes_host: plane.url,
      kubernetes_ca_cert: plane.caPem,
      token_reviewer_jwt: plane.adminToken,
    });
    await vault.request('POST', 'auth/kubernetes/role/kubernetes-vault', {
      bound_service_account_names: [installed.serviceAccount],
      bound_service_account_namespaces: [installed.namespace],
      token_policies: ['kubernetes-vault'],
      token_period: '1h',
    });
    await using proxy = await ownProxy();
    const auth = { kubernetes: { role: 'kubernetes-vault' } };
    await using one = await start({ addr: proxy.url, token: undefined, auth });
    await one.isReady();
    await revoke(vault, loggedIn(proxy));
    const logins = () => proxy.callsTo('auth/kubernetes/login').length;
    const doubted = async () => (await one.readiness()) && logins() > 1;
    await until('it has logged in anew', doubted);
    await one.isReady();
  });

  test('S30 a login that is refused is waited for, and says why', async () => {
    const secretIdFile = home.file('wrong-secret-id');
    replaceFile(secretIdFile, 'wrong');
    const auth = { approle: { roleId: 'wrong', secretIdFile } };
    await using one = await start({ token: undefined, auth });
    await one.controller.says({ level: 'error', msg: /^cannot log in for a token: .*HTTP 400/ });
    await one.isNotReady(/invalid: log in with the AppRole/);
    assert.equal(await one.controller.stop(), 0);
  });
});

test('S18 none of the tokens was printed', () => {
  assert.deepEqual(home.leaks(), []);
});

/** The token that the last login gave. */
function loggedIn(proxy: VaultProxy): string {
  const login = proxy.callsTo(/^auth\/\w+\/login$/).findLast(({ answer }) => answer !== '');
  return JSON.parse(login?.answer ?? '').auth.client_token;
}

function commandsIn(remedy: string): string[] {
  return remedy.split(', then ').filter((part) => part.startsWith('vault '));
}

/** Carries out `vault write PATH KEY=VALUE…`. */
async function carryOut(command: string): Promise<void> {
  const [, write, path = '', ...settings] = command.split(' ');
  assert.equal(write, 'write', command);
  const body = Object.fromEntries(settings.map((one) => one.split('=', 2)));
  await vault.request('POST', path, body);
}
