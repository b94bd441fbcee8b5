import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type AppRole, appRoleOn } from '../../support/init/app-role.ts';
import { InitContainer } from '../../support/init/init-container.ts';
import { leaks, secretsIn } from '../../support/installation/secrets.ts';
import {
  startVaultProxy,
  type VaultCall,
  type VaultProxy,
} from '../../support/installation/servers/vault-proxy.ts';
import { type OpenBao, startOpenBao } from '../../support/real/openbao.ts';
import { until } from '../../support/until.ts';

let vault: OpenBao;
let approle: AppRole;
let proxy: VaultProxy;

before(async () => {
  vault = await startOpenBao();
  // A login whose answer was lost is repeated only where the secret_id is good for another.
  approle = await appRoleOn(vault, { roles: ['web'], logins: 0 });
  proxy = await startVaultProxy(vault.addr);
});

after(async () => {
  await proxy[Symbol.asyncDispose]();
  await vault[Symbol.asyncDispose]();
});

beforeEach(() => {
  proxy.faults.clear();
  proxy.insteadOf(undefined);
});

/** An init container that reaches Vault through the proxy. */
function listening(): Promise<InitContainer> {
  const [role, address] = [approle.roleId('web'), proxy.url];
  const environment = { VAULT_ROLE_ID: role, VAULT_ADDR: address, VAULT_APPROLE: 'web' };
  return InitContainer.listening({ environment });
}

async function exchanged(container: InitContainer): Promise<void> {
  const reply = await container.push(await approle.push('web'));
  assert.ok(reply.kind === 'answered', JSON.stringify(reply));
  assert.equal(reply.result, 'exchanged', reply.reason);
  assert.equal(await container.ended(), 0);
  assert.deepEqual(container.files(), ['vault-token']);
}

const LOOK_UP = /\/sys\/wrapping\/lookup$/;
const UNWRAP = /\/sys\/wrapping\/unwrap$/;
const LOGIN = /\/auth\/approle\/login$/;

for (const url of [LOOK_UP, UNWRAP, LOGIN]) {
  for (const [what, fault] of [
    ['breaks connections', { kind: 'drop' }],
    [
      'says that it is sealed',
      { kind: 'answer', status: 503, body: '{"errors":["Vault is sealed"]}' },
    ],
    ['is behind a gateway that finds it away', { kind: 'answer', status: 502, body: '<h1>' }],
    ['throttles', { kind: 'answer', status: 429, body: '{"errors":["quota"]}' }],
    ['answers with nothing', { kind: 'answer', status: 204 }],
  ] as const) {
    test(`S26 ${url} is asked again while Vault ${what}`, async () => {
      await using container = await listening();
      proxy.faults.order({ fault, url, times: 2 });
      await exchanged(container);
    });
  }
}

test('S26 Vault goes away and comes back while a push waits, and the push is served', async () => {
  await using container = await listening();
  const push = await approle.push('web');
  await proxy.http.stop();
  const reply = container.push(push);
  await until('it has found Vault away', () => container.says(/^could not look a token up/));
  await proxy.http.start();
  const answer = await reply;
  assert.equal(answer.kind === 'answered' && answer.result, 'exchanged');
  assert.equal(await container.ended(), 0);
});

test('S26 a Vault that stays away is told, with the address tried, when the TTL is over', async () => {
  await using container = await listening();
  const push = await approle.push('web', { wrapTtlSeconds: 1 });
  await proxy.http.stop();
  const reply = await container.push(push);
  await proxy.http.start();
  assert.ok(reply.kind === 'answered' && reply.result === 'vault-unreachable');
  assert.ok(reply.reason.includes(proxy.url), reply.reason);
  assert.equal(reply.tokenUsed, false);
  await exchanged(container);
});

test('S26 an unwrap whose answer was lost is not called gone, and the token not unused', async () => {
  await using container = await listening();
  proxy.faults.order({ fault: { kind: 'lose' }, url: UNWRAP, times: 1 });
  const reply = await container.push(await approle.push('web'));
  assert.ok(reply.kind === 'answered' && reply.result === 'vault-unreachable');
  assert.deepEqual([reply.tokenUsed, /unwrap was lost/.test(reply.reason)], [true, true]);
  await exchanged(container);
});

test('S23 a token that a standby does not know yet is asked for again', async () => {
  await using container = await listening();
  const gone = '{"errors":["wrapping token is not valid or does not exist"]}';
  const fault = { kind: 'answer', status: 400, body: gone } as const;
  const before = proxy.callsTo('sys/wrapping/lookup').length;
  proxy.faults.order({ fault, url: LOOK_UP, times: 3 });
  await exchanged(container);
  assert.equal(proxy.callsTo('sys/wrapping/lookup').length - before, 4);
});

test('S23 a Vault that does not look tokens up cannot be pinned to a role, and says so', async () => {
  await using container = await listening();
  const fault = { kind: 'answer', status: 403, body: '{"errors":["permission denied"]}' } as const;
  const withdraw = proxy.faults.order({ fault, url: LOOK_UP });
  const reply = await container.push(await approle.push('web'));
  assert.ok(reply.kind === 'answered' && reply.result === 'pin-mismatch');
  assert.match(reply.reason, /does not look tokens up/);
  withdraw();
  await exchanged(container);
});

function echo({ headers, body, answer }: VaultCall): string {
  return `${headers['x-vault-token']} ${body} ${answer}`;
}

test('S18 a Vault that echoes every secret in its errors gets none into answers or output', async () => {
  const reasons: string[] = [];
  await using container = await listening();
  for (const path of [LOOK_UP, UNWRAP, LOGIN]) {
    const before = proxy.calls.length;
    proxy.insteadOf((call) => {
      if (!path.test(call.url)) return undefined;
      const said = proxy.calls.slice(before).map(echo);
      return { status: 400, body: JSON.stringify({ errors: said.reverse() }) };
    });
    const reply = await container.push(await approle.push('web'));
    assert.ok(reply.kind === 'answered', JSON.stringify(reply));
    reasons.push(reply.reason);
  }
  proxy.insteadOf(undefined);
  await exchanged(container);
  const printed = new Map([
    ['the container', container.printed],
    ['the answers', reasons.join('\n')],
  ]);
  const secrets = secretsIn(proxy.calls);
  assert.ok(secrets.length > 5);
  assert.deepEqual(leaks(secrets, printed), []);
});
