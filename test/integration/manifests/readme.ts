import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandsIn } from '../../support/docs/markdown.ts';
import { findBinary } from '../../support/real/process/binaries.ts';
import { DEPLOY, type Overlay } from './kubectl.ts';

/** Of a README's commands: what stands for what here. */
export type Instead = ReadonlyMap<string, string>;

/** In a test Vault's CLI needs no pod to run in. */
const CLI_IN_POD = 'bao() { kubectl exec -i -n vault deploy/vault -- bao "$@"; }';
const VAULT_IS_READY = 'kubectl rollout status -n vault deployment/vault';

/**
 * Types all commands of a folder's README, in a copy of deploy/ below `folder`.
 * @throws Error with what was printed, where one of them fails, or where something of `instead` is
 *   in none of them
 */
export async function carryOut(
  overlay: Overlay,
  folder: string,
  environment: Readonly<Record<string, string>>,
  instead: Instead,
): Promise<void> {
  cpSync(DEPLOY, join(folder, 'deploy'), { recursive: true });
  const own = `bao() { '${findBinary('openbao')}' "$@"; }`;
  const tools = `kubectl() { '${findBinary('kubectl')}' "$@"; }`;
  const commands = commandsIn(readFileSync(join(DEPLOY, overlay, 'README.md'), 'utf8'));
  const notHere = [
    [CLI_IN_POD, own],
    [VAULT_IS_READY, ':'],
  ];
  const script = [...notHere, ...instead].reduce(replaced, commands);
  const env = { PATH: '/usr/bin:/bin', HOME: folder, ...environment };
  const bash = ['-euo', 'pipefail', '-c', `${tools}\n${script}`];
  await promisify(execFile)('bash', bash, { cwd: folder, env });
}

/** @throws Error where the text does not hold what is to be replaced */
export function replaced(text: string, [from, to]: readonly string[]): string {
  if (from === undefined || to === undefined || !text.includes(from)) {
    throw new Error(`nothing is ${from}`);
  }
  return text.replaceAll(from, to);
}
