import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RoleGate } from '../../../../src/delivery/policy/role-gate.ts';
import type { RoleProblem } from '../../../../src/delivery/reason.ts';
import { parseRoleName } from '../../../../src/wire/role-name.ts';

const WEB = parseRoleName('web') ?? assert.fail();
const MISSING: RoleProblem = { kind: 'role-missing', role: WEB, words: 'no such role' };

test('S14 a role that Vault refuses again and again is asked for ever more seldom, up to 30 s', () => {
  const gate = new RoleGate();
  const pauses: number[] = [];
  for (let n = 0; n < 8; n += 1) {
    pauses.push(gate.close(WEB, MISSING, 0, 1));
    gate.reopen(WEB, false);
    gate.try(WEB, n);
  }
  assert.deepEqual(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('S14 a role that Vault has minted for begins anew', () => {
  const gate = new RoleGate();
  gate.close(WEB, MISSING, 0, 1);
  gate.prove(WEB);
  assert.equal(gate.close(WEB, MISSING, 0, 1), 1_000);
});

test('S14 roles that Vault has refused with 403 are known until it is clear why', () => {
  const gate = new RoleGate();
  gate.check(WEB, 'permission denied');
  assert.deepEqual(gate.checking(), [{ role: WEB, words: 'permission denied' }]);
  gate.reopen(WEB, true);
  assert.deepEqual(gate.checking(), []);
  assert.equal(gate.stateOf(WEB).kind, 'unproven');
});
