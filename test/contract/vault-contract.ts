import { after, before, describe } from 'node:test';
import { exchange } from './vault-exchange.ts';
import { VaultFixture, type VaultUnderTest } from './vault-fixture.ts';
import { standing } from './vault-standing.ts';

/** What every Vault does that a controller or an init container relies on. */
export function vaultContract(name: string, start: () => Promise<VaultUnderTest>): void {
  describe(name, () => {
    const on = new VaultFixture();
    before(() => on.start(start));
    after(() => on.stop());
    describe('the exchange', () => exchange(on));
    describe('tokens and policies', () => standing(on));
  });
}
