import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/clock.ts';
import { createVaultClient, type VaultClient } from '../../../src/vault/client/vault-client.ts';
import { answeringServer, type Reaction } from '../servers/answering-server.ts';
import { OWN_TOKEN } from './vault-answers.ts';

/** Calls `use` on a Vault that always answers so; gives its result and the request that was made. */
export async function against<T>(answer: Reaction, use: (vault: VaultClient) => Promise<T>) {
  await using server = await answeringServer(() => answer);
  const vault = createVaultClient({ address: server.origin, token: () => OWN_TOKEN }, systemClock);
  const result = await use(vault);
  const [request = assert.fail('no request was made')] = server.requests;
  const body: unknown = request.body === '' ? undefined : JSON.parse(request.body);
  return { result, ...request, body, token: request.headers['x-vault-token'] };
}
