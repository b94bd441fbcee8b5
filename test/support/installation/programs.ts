import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/**
 * The file of one of the built programs: those of KUBERNETES_VAULT_DIST, or of the checkout.
 * @throws when it has not been built
 */
export function builtProgram(name: 'kubernetes-vault' | 'kubernetes-vault-init'): string {
  const file = join(process.env['KUBERNETES_VAULT_DIST'] ?? join(ROOT, 'dist'), `${name}.mjs`);
  if (!existsSync(file)) throw new Error(`${file} is missing: run 'make build'`);
  return file;
}
