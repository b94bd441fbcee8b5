import { execFile } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { promisify } from 'node:util';

/** The namespace that tools/in-own-network was called in. */
const OUTER = 'KUBERNETES_VAULT_OUTER_NETWORK';

/**
 * Makes sure that no network is touched but one that was made for this process.
 * @throws Error in one line that says what to run instead
 */
export function requireOwnNetwork(): void {
  const outer = process.env[OUTER];
  if (outer !== undefined && outer !== '' && readlinkSync('/proc/self/ns/net') !== outer) return;
  throw new Error('this needs a network of its own: run it by tools/in-own-network');
}

/**
 * Runs a program of the system to its end.
 * @throws Error with what it said, if it did not end with 0
 */
export async function command(program: string, ...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(program, [...args])).stdout;
}

/** As `command`, with the words of a command line. */
export function ip(line: string): Promise<string> {
  return command('ip', ...line.split(' '));
}
