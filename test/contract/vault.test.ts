import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { startVault } from '../../src/sim/embedded.ts';
import { startOpenBaoPersistent } from '../support/real/openbao.ts';
import { vaultContract } from './vault-contract.ts';

vaultContract('the embedded Vault', async () => {
  const rootToken = 'root-of-the-embedded';
  const { core, http } = await startVault({ clock: systemClock, random: systemRandom, rootToken });
  return {
    url: http.url,
    rootToken,
    seal: async () => core.seal(),
    unseal: async () => core.unseal(),
    [Symbol.asyncDispose]: () => http.stop(),
  };
});

vaultContract('OpenBao', async () => {
  const bao = await startOpenBaoPersistent();
  return {
    url: bao.addr,
    rootToken: bao.rootToken,
    seal: () => bao.seal(),
    unseal: () => bao.unseal(),
    [Symbol.asyncDispose]: () => bao[Symbol.asyncDispose](),
  };
});
