import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, DENIED, expectErrors, ROLE, UUID, type VaultFixture } from './vault-fixture.ts';

/** Policies, tokens and the seal: who may do what, and when. */
export function standing(on: VaultFixture): void {
  test('an unknown role, a denied path and a name that no role can have are told apart', async () => {
    const wrapped = { 'x-vault-wrap-ttl': '60s' };
    const unknown = await on.asRoot('POST', 'auth/approle/role/nope/secret-id', {}, wrapped);
    expectErrors(unknown, 404, 'role "nope" does not exist');
    const deniedTo = await on.ask(
      'POST',
      'auth/approle/role/nope/secret-id',
      {},
      as(on.controller, wrapped),
    );
    expectErrors(deniedTo, 403, DENIED);
    for (const path of ['auth/approle/role/-web/secret-id', 'auth/approle/role/a%20b/secret-id']) {
      expectErrors(
        await on.asRoot('POST', path, {}, wrapped),
        404,
        '1 error occurred:\n\t* unsupported path\n\n',
      );
    }
    const noToken = await on.ask('POST', `${ROLE}/secret-id`, {}, wrapped);
    expectErrors(noToken, 403, 'permission denied');
  });

  test('a policy with min_wrapping_ttl never hands out a bare secret_id', async () => {
    expectErrors(await on.mint({ 'x-vault-wrap-ttl': undefined }), 403, DENIED);
    const bare = await on.asRoot('POST', `${ROLE}/secret-id`, {});
    assert.match(bare.json.data.secret_id, UUID);
  });

  test('a mint takes metadata as JSON in a string, and CIDR blocks that then bind the login', async () => {
    const metadata = JSON.stringify({ kv_pod: 'web-1' });
    const named = await on.asRoot('POST', `${ROLE}/secret-id`, { metadata });
    const { auth } = (await on.login(named.json.data.secret_id)).json;
    assert.deepEqual(auth.metadata, { kv_pod: 'web-1', role_name: 'web' });
    const bound = await on.asRoot('POST', `${ROLE}/secret-id`, { cidr_list: '192.0.2.1/32' });
    const elsewhere = await on.login(bound.json.data.secret_id);
    assert.equal(elsewhere.status, 400);
    // Vault says "through", OpenBao "by".
    const words =
      /^source address "127\.0\.0\.1" unauthorized \w+ CIDR restrictions on the secret ID/;
    assert.match(elsewhere.json.errors[0], words);
    assert.equal((await on.asRoot('POST', `${ROLE}/secret-id`, { cidr_list: 'x' })).status, 500);
    assert.equal((await on.asRoot('POST', `${ROLE}/secret-id`, { metadata: 'x' })).status, 400);
  });

  test('a periodic token of a token role looks itself and its role up, and renews itself', async () => {
    const self = (await on.ask('GET', 'auth/token/lookup-self', undefined, as(on.controller))).json
      .data;
    assert.deepEqual([self.role, self.renewable, self.creation_ttl], ['controller', true, 3600]);
    assert.deepEqual(self.policies, ['controller', 'default']);
    assert.ok(self.ttl > 3_000 && self.ttl <= 3_600);
    const role = (await on.ask('GET', 'auth/token/roles/controller', undefined, as(on.controller)))
      .json.data;
    assert.deepEqual([role.renewable, role.period, role.token_period], [true, 3600, 3600]);
    assert.deepEqual([role.explicit_max_ttl, role.orphan], [0, true]);
    const renewed = await on.ask('POST', 'auth/token/renew-self', {}, as(on.controller));
    assert.deepEqual([renewed.json.auth.lease_duration, renewed.json.auth.renewable], [3600, true]);
  });

  test('root and tokens that are not renewable say so', async () => {
    const root = (await on.asRoot('GET', 'auth/token/lookup-self')).json.data;
    assert.deepEqual([root.policies, root.ttl, root.expire_time], [['root'], 0, null]);
    expectErrors(
      await on.asRoot('POST', 'auth/token/renew-self', {}),
      400,
      'lease is not renewable',
    );
    const made = await on.asRoot('POST', 'auth/token/create', { ttl: '1h', renewable: false });
    const token = made.json.auth.client_token;
    const refused = await on.ask('POST', 'auth/token/renew-self', {}, as(token));
    expectErrors(refused, 400, 'lease is not renewable');
    const missing = await on.asRoot('GET', 'auth/token/roles/nope');
    assert.deepEqual([missing.status, missing.json], [404, { errors: [] }]);
  });

  test('a token that may be used twice is gone after the second use', async () => {
    const made = await on.asRoot('POST', 'auth/token/create', {
      ttl: '1h',
      num_uses: 2,
      policies: ['web'],
    });
    const token = as(made.json.auth.client_token);
    const twice = [1, 2].map(() => on.ask('GET', 'auth/token/lookup-self', undefined, token));
    for (const answer of await Promise.all(twice)) assert.equal(answer.status, 200);
    const third = await on.ask('GET', 'auth/token/lookup-self', undefined, token);
    expectErrors(third, 403, 'permission denied');
  });

  test('capabilities-self says what the least policy allows', async () => {
    const paths = [
      `${ROLE}/secret-id`,
      'auth/approle/role/other/secret-id',
      'auth/token/lookup-self',
    ];
    const { json } = await on.ask('POST', 'sys/capabilities-self', { paths }, as(on.controller));
    const expected = [['update'], ['deny'], ['read']];
    assert.deepEqual(
      paths.map((path) => json.data[path]),
      expected,
    );
    assert.deepEqual(
      paths.map((path) => json[path]),
      expected,
    );
  });

  test('what is not JSON, no duration, no route or no method is refused as Vault does', async () => {
    const broken = await on.ask('POST', 'auth/approle/login', '{"role_id":"x"');
    expectErrors(broken, 400, 'failed to decode JSON input: unexpected EOF');
    const duration = await on.mint({ 'x-vault-wrap-ttl': 'soon' });
    const problem = 'error parsing X-Vault-Wrap-TTL header: time: invalid duration "soon"';
    expectErrors(duration, 400, problem);
    const noRoute = await on.asRoot('GET', 'nothing/here');
    expectErrors(noRoute, 404, 'no handler for route "nothing/here". route entry not found.');
    const noMethod = await on.asRoot('DELETE', 'auth/token/lookup-self');
    expectErrors(noMethod, 405, '1 error occurred:\n\t* unsupported operation\n\n');
    expectErrors(await on.ask('GET', 'nothing/here', undefined, as(on.controller)), 403, DENIED);
  });

  test('sealed, everything is 503 but health and seal-status; unsealed, it goes on', async () => {
    assert.equal((await on.ask('GET', 'sys/health')).status, 200);
    await on.vault.seal();
    const health = await on.ask('GET', 'sys/health');
    assert.deepEqual(
      [health.status, health.json.initialized, health.json.sealed],
      [503, true, true],
    );
    const status = await on.ask('GET', 'sys/seal-status');
    assert.deepEqual([status.status, status.json.sealed], [200, true]);
    for (const answer of [
      await on.mint(),
      await on.login('x'),
      await on.unwrap('x'),
      await on.ask('GET', 'auth/token/lookup-self', undefined, as(on.controller)),
    ]) {
      expectErrors(answer, 503, 'Vault is sealed');
    }
    await on.vault.unseal();
    assert.equal((await on.mint()).status, 200);
  });
}
