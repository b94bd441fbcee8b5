import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AppRoleFacts,
  gatherAppRole,
  judgeAppRole,
} from '../../../../src/doctor/vault/app-role.ts';
import { parseRoleName } from '../../../../src/wire/role-name.ts';
import { vaultThat } from '../../../support/doctor/capable-vault.ts';
import { inShort } from '../../../support/doctor/findings.ts';

const ROLE_OF_WEB = { mount: 'approle', role: parseRoleName('web') ?? assert.fail() };
const known = (mayMint: boolean, mayDestroy: boolean, exists?: boolean): AppRoleFacts => ({
  kind: 'known',
  mayMint,
  mayDestroy,
  exists,
});

const ROLES: readonly [what: string, AppRoleFacts, says: RegExp][] = [
  ['may be minted for, and exists', known(true, true, true), /^ok vault\.role web: it exists/],
  ['may be minted for, as far as one sees', known(true, true), /^ok .* may not see/],
  [
    'does not exist',
    known(true, true, false),
    /^failed .* no such AppRole → make it: vault write auth\/approle\/role\/web …/,
  ],
  [
    'may not be minted for',
    known(false, true),
    /^failed .* may not mint for it → add to its policy: path "auth\/approle\/role\/web\/secret-id" \{ capabilities = \["update"\] \}/,
  ],
  [
    'may not be cleaned up after',
    known(true, false),
    /^warning .* → .*secret-id-accessor\/destroy/,
  ],
  ['cannot be asked for', { kind: 'unknown', words: 'HTTP 500' }, /^failed .* HTTP 500/],
];

for (const [what, facts, says] of ROLES) {
  test(`an AppRole that ${what}: ${says.source}`, () => {
    assert.match(inShort(judgeAppRole(ROLE_OF_WEB, facts)), says);
  });
}

const CAPABILITIES: readonly [
  what: string,
  readonly string[],
  reads: 'found' | 'missing',
  AppRoleFacts,
][] = [
  ['nothing', ['deny'], 'found', known(false, false)],
  ['all but to read', ['create', 'update'], 'missing', known(true, true)],
  ['all of what is there', ['root'], 'found', known(true, true, true)],
  ['all of what is not there', ['update', 'read'], 'missing', known(true, true, false)],
];

for (const [what, capabilities, reads, facts] of CAPABILITIES) {
  test(`a token that may do ${what} is asked what it may, and does nothing`, async () => {
    const role = 'auth/approle/role/web';
    const paths = [`${role}/secret-id`, `${role}/secret-id-accessor/destroy`, role];
    const vault = vaultThat(Object.fromEntries(paths.map((path) => [path, capabilities])), reads);
    assert.deepEqual(await gatherAppRole(vault, ROLE_OF_WEB), facts);
    const written = vault.requests.filter(({ method }) => method === 'POST');
    assert.deepEqual(
      written.map(({ path }) => path),
      ['sys/capabilities-self'],
    );
  });
}

test('a Vault that answers nonsense is no reason to end', async () => {
  const facts = await gatherAppRole(vaultThat({}, 'found'), ROLE_OF_WEB);
  assert.equal(facts.kind, 'unknown');
});
