import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Failure } from '../../tools/servers/failure.ts';

/** A cluster that is there already, which the tests use as they find it. */
export interface AnotherCluster {
  readonly kubeconfig: string;
  /** A shell command that is given an image archive, if images come to the cluster that way. */
  readonly load: string | undefined;
}

/** The cluster that the environment names, if it names one. */
export function anotherCluster(): AnotherCluster | undefined {
  const kubeconfig = process.env['E2E_KUBECONFIG'];
  return kubeconfig ? { kubeconfig, load: process.env['E2E_LOAD'] || undefined } : undefined;
}

/** @throws Failure if the command that loads images does not end with 0 */
export async function loadInto({ load }: AnotherCluster, archive: string): Promise<void> {
  if (load === undefined) return;
  const code = await runHere(['sh', '-c', `${load} "$1"`, 'sh', archive], process.env);
  if (code !== 0) throw new Failure(`E2E_LOAD ended with ${code} for ${archive}`);
}

/** Runs a command for that cluster; gives its exit code. */
export function runFor({ kubeconfig }: AnotherCluster, words: readonly string[]): Promise<number> {
  return runHere(words, { ...process.env, KUBECONFIG: kubeconfig });
}

/** Runs a command with this process's input and output; gives its exit code. */
export async function runHere(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program = '', ...args] = words;
  const child = spawn(program, args, { stdio: 'inherit', env });
  const [code] = await once(child, 'exit');
  return Number(code ?? 1);
}
