import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  as,
  DENIED,
  expectErrors,
  NOT_VALID,
  ROLE,
  UUID,
  type VaultFixture,
} from './vault-fixture.ts';

/** From the mint to the token, and what is no good on the way. */
export function exchange(on: VaultFixture): void {
  test('a wrapped mint answers wrap_info and nothing of the secret_id but its accessor', async () => {
    const { status, json } = await on.mint();
    assert.equal(status, 200);
    assert.deepEqual([json.data, json.auth], [null, null]);
    const info = json.wrap_info;
    assert.equal(info.ttl, 60);
    assert.equal(info.creation_path, `${ROLE}/secret-id`);
    assert.match(info.creation_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
    assert.match(info.wrapped_accessor, UUID);
    const fields = [
      'accessor',
      'creation_path',
      'creation_time',
      'token',
      'ttl',
      'wrapped_accessor',
    ];
    assert.deepEqual(Object.keys(info).sort(), fields);
  });

  test('a lookup tells the creation_path, role in lower case, and does not use the token up', async () => {
    const minted = await on.asRoot(
      'POST',
      'auth/approle/role/WEB/secret-id',
      {},
      {
        'x-vault-wrap-ttl': '90',
      },
    );
    const { token } = minted.json.wrap_info;
    for (const answer of [
      await on.ask('POST', 'sys/wrapping/lookup', { token }),
      await on.ask('POST', 'sys/wrapping/lookup', undefined, as(token)),
    ]) {
      assert.equal(answer.status, 200);
      const { creation_path, creation_ttl, creation_time } = answer.json.data;
      assert.deepEqual([creation_path, creation_ttl], [`${ROLE}/secret-id`, 90]);
      assert.equal(creation_time, minted.json.wrap_info.creation_time);
    }
    assert.equal((await on.unwrap(token)).status, 200);
  });

  test('the whole exchange: unwrap, login, look the new token up, revoke it', async () => {
    const minted = (await on.mint()).json.wrap_info;
    const { status, json } = await on.unwrap(minted.token);
    assert.equal(status, 200);
    assert.match(json.data.secret_id, UUID);
    assert.equal(json.data.secret_id_accessor, minted.wrapped_accessor);
    assert.deepEqual([json.data.secret_id_num_uses, json.data.secret_id_ttl], [1, 600]);
    const { auth } = (await on.login(json.data.secret_id)).json;
    assert.deepEqual(auth.policies, ['default', 'web']);
    assert.deepEqual([auth.lease_duration, auth.renewable], [1200, true]);
    assert.deepEqual(auth.metadata, { role_name: 'web' });
    assert.match(auth.accessor, /^\w+$/);
    const self = await on.ask('GET', 'auth/token/lookup-self', undefined, as(auth.client_token));
    assert.equal(self.json.data.path, 'auth/approle/login');
    const revoked = await on.ask('POST', 'auth/token/revoke-self', {}, as(auth.client_token));
    assert.deepEqual([revoked.status, revoked.text], [204, '']);
    const gone = await on.ask('GET', 'auth/token/lookup-self', undefined, as(auth.client_token));
    expectErrors(gone, 403, 'permission denied');
  });

  test('a wrapping token that was unwrapped, is nonsense or is missing is refused', async () => {
    const token = await on.mintToken();
    await on.unwrap(token);
    expectErrors(await on.unwrap(token), 400, NOT_VALID);
    expectErrors(await on.unwrap('nonsense'), 400, NOT_VALID);
    expectErrors(await on.ask('POST', 'sys/wrapping/lookup', { token }), 400, NOT_VALID);
    expectErrors(
      await on.ask('POST', 'sys/wrapping/lookup', { token: 'nonsense' }),
      400,
      NOT_VALID,
    );
    const empty = 'error validating wrapping token: token is empty';
    expectErrors(await on.ask('POST', 'sys/wrapping/lookup', {}), 403, empty);
    expectErrors(await on.ask('POST', 'sys/wrapping/unwrap', {}), 403, empty);
  });

  test('a wrapping token in the body is not unwrapped for somebody without a token', async () => {
    const token = await on.mintToken();
    expectErrors(await on.ask('POST', 'sys/wrapping/unwrap', { token }), 403, 'permission denied');
    assert.equal((await on.unwrap(token)).status, 200);
  });

  test('any other use of a wrapping token uses it up', async () => {
    const token = await on.mintToken();
    const misuse = await on.ask('GET', 'auth/token/lookup-self', undefined, as(token));
    expectErrors(misuse, 403, DENIED);
    expectErrors(await on.ask('POST', 'sys/wrapping/lookup', { token }), 400, NOT_VALID);
  });

  test('a secret_id of one use logs in once', async () => {
    const { secret_id } = (await on.unwrap(await on.mintToken())).json.data;
    assert.equal((await on.login(secret_id)).status, 200);
    expectErrors(await on.login(secret_id), 400, 'invalid role or secret ID');
    expectErrors(await on.login('nonsense'), 400, 'invalid role or secret ID');
    expectErrors(await on.login(''), 400, 'missing secret_id');
    expectErrors(await on.ask('POST', 'auth/approle/login', {}), 500, 'missing role_id');
  });

  test('a secret_id that is destroyed by its accessor is of no use behind its wrapping token', async () => {
    const { token, wrapped_accessor } = (await on.mint()).json.wrap_info;
    const destroy = () =>
      on.ask(
        'POST',
        `${ROLE}/secret-id-accessor/destroy`,
        { secret_id_accessor: wrapped_accessor },
        as(on.controller),
      );
    assert.equal((await destroy()).status, 204);
    const { secret_id } = (await on.unwrap(token)).json.data;
    expectErrors(await on.login(secret_id), 400, 'invalid role or secret ID');
    const missing = `1 error occurred:\n\t* failed to find accessor entry for secret_id_accessor: "${wrapped_accessor}"\n\n`;
    expectErrors(await destroy(), 500, missing);
  });
}
