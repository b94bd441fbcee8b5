import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/**
 * The file of one of the built programs.
 * @param dist the folder that it is in; by default KUBERNETES_VAULT_DIST, or the checkout's
 * @throws when it has not been built
 */
export function builtProgram(
  name: 'kubernetes-vault' | 'kubernetes-vault-init',
  dist: string = process.env['KUBERNETES_VAULT_DIST'] ?? join(ROOT, 'dist'),
): string {
  const file = join(dist, `${name}.mjs`);
  if (!existsSync(file)) throw new Error(`${file} is missing: run 'make build'`);
  return file;
}
