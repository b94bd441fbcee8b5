import { objectField, parseFields, textsField } from '../client/answer-fields.ts';
import type { CallOptions, VaultClient } from '../client/vault-client.ts';

/** What a token may do with a path: `update`, `read`, …; `root` all of it, `deny` nothing. */
export type Capabilities = readonly string[];

/**
 * What the client's own token may do with each of some paths, in their order.
 * Vault API: `sys/capabilities-self`.
 * @throws VaultError
 */
export async function readCapabilities(
  client: VaultClient,
  paths: readonly string[],
  options?: CallOptions,
): Promise<Capabilities[]> {
  const name = 'look up what the own token may do';
  const request = { name, method: 'POST', path: 'sys/capabilities-self', body: { paths } } as const;
  const data = objectField(parseFields(name, await client.send(request, options)), 'data');
  return paths.map((path) => textsField(data, path));
}

/** Whether one of these, or everything, is allowed. */
export function allows(capabilities: Capabilities, ...wanted: readonly string[]): boolean {
  return ['root', ...wanted].some((one) => capabilities.includes(one));
}
