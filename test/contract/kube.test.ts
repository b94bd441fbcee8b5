import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { startApiServer } from '../../src/sim/embedded.ts';
import { startControlPlane } from '../support/real/control-plane.ts';
import { kubeContract } from './kube-contract.ts';

kubeContract('the embedded API server', async () => {
  const { core, http } = await startApiServer({ clock: systemClock, random: systemRandom });
  return {
    endpoint: { url: http.url, headers: {} },
    expireHistory: async () => core.expireHistory(),
    [Symbol.asyncDispose]: () => http.stop(),
  };
});

kubeContract('kube-apiserver', async () => {
  const plane = await startControlPlane();
  return {
    endpoint: {
      url: plane.url,
      ca: plane.caPem,
      headers: { authorization: `Bearer ${plane.adminToken}` },
    },
    expireHistory: () => plane.forgetHistory(),
    [Symbol.asyncDispose]: () => plane[Symbol.asyncDispose](),
  };
});
