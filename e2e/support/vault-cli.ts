import { kubectlWith } from './kubectl.ts';

/** Runs the command line of the quick start's Vault in its pod, where it acts as root. */
export function vaultCli(...words: readonly string[]): Promise<string> {
  return vaultCliWith('', ...words);
}

/** As `vaultCli`, with `input` on its standard input. */
export function vaultCliWith(input: string, ...words: readonly string[]): Promise<string> {
  const where = ['--namespace=vault', '--stdin', 'deployment/vault'];
  return kubectlWith(input, 'exec', ...where, '--', 'bao', ...words);
}
