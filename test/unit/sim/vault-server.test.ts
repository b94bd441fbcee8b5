import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVaultServer, type VaultServer } from '../../../src/sim/vault-server/vault-server.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

const ROOT = 'root';
const ROLE = 'auth/approle/role/web';
const MINUTE = 60_000;

function vaultWithRole(): { vault: VaultServer; clock: VirtualClock } {
  const clock = virtualClock();
  const vault = createVaultServer(clock, seededRandom(7), ROOT);
  const post = (path: string, body: object) => write(vault, path, body, ROOT);
  assert.equal(post('sys/auth/approle', { type: 'approle' }).status, 204);
  assert.equal(post(ROLE, { secret_id_ttl: '10m', token_ttl: '20m' }).status, 204);
  return { vault, clock };
}

function write(vault: VaultServer, path: string, body: object, token?: string, wrapTtl?: string) {
  return vault.call({ method: 'POST', path, body: { ...body }, token, wrapTtl });
}

/** A part of an answer's body, which the test knows to be there. */
function part(
  reply: { body: unknown },
  name: 'data' | 'auth' | 'wrap_info',
): Record<string, string> {
  return (reply.body as Record<string, Record<string, string>>)[name] ?? {};
}

function roleIdOf(vault: VaultServer): string {
  const reply = vault.call({ method: 'GET', path: `${ROLE}/role-id`, token: ROOT });
  return part(reply, 'data')['role_id'] ?? '';
}

function lookUp(vault: VaultServer, token: string | undefined) {
  return vault.call({ method: 'GET', path: 'auth/token/lookup-self', token });
}

test('a wrapping token lives for its TTL', () => {
  const { vault, clock } = vaultWithRole();
  const { token } = part(write(vault, `${ROLE}/secret-id`, {}, ROOT, '60s'), 'wrap_info');
  clock.advance(59_999);
  assert.equal(write(vault, 'sys/wrapping/lookup', { token }).status, 200);
  clock.advance(1);
  assert.equal(write(vault, 'sys/wrapping/lookup', { token }).status, 400);
  assert.equal(write(vault, 'sys/wrapping/unwrap', {}, token).status, 400);
});

test('a secret_id lives for its TTL, and the token behind it for its own', () => {
  const { vault, clock } = vaultWithRole();
  const { secret_id } = part(write(vault, `${ROLE}/secret-id`, {}, ROOT), 'data');
  const login = () => write(vault, 'auth/approle/login', { role_id: roleIdOf(vault), secret_id });
  clock.advance(10 * MINUTE - 1);
  const { client_token: token } = part(login(), 'auth');
  clock.advance(1);
  assert.equal(login().status, 400);
  assert.equal(lookUp(vault, token).status, 200);
  clock.advance(20 * MINUTE);
  assert.equal(lookUp(vault, token).status, 403);
});

test('a periodic token lives on as long as it is renewed, one with an explicit maximum does not', () => {
  const { vault, clock } = vaultWithRole();
  const create = (body: object) => part(write(vault, 'auth/token/create', body, ROOT), 'auth');
  const { client_token: periodic } = create({ period: '1h' });
  const { client_token: limited } = create({ ttl: '1h', explicit_max_ttl: '2h' });
  for (let halfHours = 0; halfHours < 10; halfHours += 1) {
    clock.advance(30 * MINUTE);
    assert.equal(write(vault, 'auth/token/renew-self', {}, periodic).status, 200);
    write(vault, 'auth/token/renew-self', {}, limited);
  }
  assert.equal(lookUp(vault, periodic).status, 200);
  assert.equal(lookUp(vault, limited).status, 403);
  clock.advance(60 * MINUTE);
  assert.equal(lookUp(vault, periodic).status, 403);
});

test('the most exact rule of a token’s policies decides, and deny wins at its path', () => {
  const { vault } = vaultWithRole();
  const policy = JSON.stringify({
    path: {
      'auth/approle/role/*': { capabilities: ['update'] },
      'auth/approle/role/+/role-id': { capabilities: ['read'] },
      'auth/approle/role/web/secret-id': { capabilities: ['deny'] },
    },
  });
  write(vault, 'sys/policies/acl/p', { policy }, ROOT);
  write(vault, 'auth/approle/role/api', {}, ROOT);
  const { client_token: token } = part(
    write(vault, 'auth/token/create', { policies: ['p'] }, ROOT),
    'auth',
  );
  assert.equal(write(vault, 'auth/approle/role/api/secret-id', {}, token).status, 200);
  assert.equal(write(vault, `${ROLE}/secret-id`, {}, token).status, 403);
  const roleId = vault.call({ method: 'GET', path: `${ROLE}/role-id`, token });
  assert.equal(roleId.status, 200);
});

test('the same seed makes the same secrets', () => {
  const secrets = [1, 2].map(() => {
    const { vault } = vaultWithRole();
    return part(write(vault, `${ROLE}/secret-id`, {}, ROOT), 'data')['secret_id'];
  });
  assert.equal(secrets[0], secrets[1]);
});
