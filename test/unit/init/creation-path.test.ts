import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeCreationPath } from '../../../src/init/admission/creation-path.ts';
import { parseRoleName } from '../../../src/wire/role-name.ts';

const WEB = parseRoleName('web') ?? assert.fail('a role name');

test('S23 a secret_id of the mount is accepted, of any role where none is pinned', () => {
  const path = 'auth/approle/role/web/secret-id';
  assert.deepEqual(judgeCreationPath(path, 'approle', undefined), {
    kind: 'accepted',
    role: 'web',
  });
  assert.deepEqual(judgeCreationPath(path, 'approle', WEB), { kind: 'accepted', role: 'web' });
  const nested = judgeCreationPath(
    'auth/team/approle/role/a.b-c/secret-id',
    'team/approle',
    undefined,
  );
  assert.deepEqual(nested, { kind: 'accepted', role: 'a.b-c' });
});

for (const path of [
  'auth/approle/role/other/secret-id',
  'auth/approle/role/web-2/secret-id',
  'auth/approle/role/web/custom-secret-id',
  'auth/approle/role/web/role-id',
  'auth/approle/role/web/secret-id/',
  'auth/approle/role/web',
  'auth/approle2/role/web/secret-id',
  'auth/x/approle/role/web/secret-id',
  'auth/approle/role/x/role/web/secret-id',
  'xauth/approle/role/web/secret-id',
  'cubbyhole/auth/approle/role/web/secret-id',
  'sys/wrapping/wrap',
  'secret/data/auth/approle/role/web/secret-id',
  'auth/approle/role//secret-id',
  'auth/approle/role/../secret-id',
  '',
]) {
  test(`S23 a token of ${JSON.stringify(path)} is refused where web is pinned`, () => {
    const verdict = judgeCreationPath(path, 'approle', WEB);
    assert.equal(verdict.kind, 'refused');
    assert.ok(verdict.reason.length < 200);
  });
}

test('S23 without a role pin, what is no secret_id of the mount is refused all the same', () => {
  for (const path of ['sys/wrapping/wrap', 'auth/other/role/web/secret-id', 'cubbyhole/x']) {
    assert.equal(judgeCreationPath(path, 'approle', undefined).kind, 'refused');
  }
});

test('S23 a Vault that tells no creation path is accepted only where no role is pinned', () => {
  assert.equal(judgeCreationPath(undefined, 'approle', undefined).kind, 'unchecked');
  assert.equal(judgeCreationPath(undefined, 'approle', WEB).kind, 'refused');
});
