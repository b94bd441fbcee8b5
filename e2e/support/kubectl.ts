import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** kubectl did not end with 0; the message is what it said. */
export class KubectlFailed extends Error {
  override readonly name = 'KubectlFailed';
}

/**
 * Runs kubectl as a user does: on PATH, for the cluster of KUBECONFIG.
 * @returns what it printed
 * @throws KubectlFailed
 */
export function kubectl(...args: readonly string[]): Promise<string> {
  return kubectlWith('', ...args);
}

/** As `kubectl`, with `input` on its standard input. */
export async function kubectlWith(input: string, ...args: readonly string[]): Promise<string> {
  const child = spawn('kubectl', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(input);
  const [code, output, said] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code === 0) return output;
  throw new KubectlFailed(`kubectl ${args.join(' ')}: ${said.trim() || output.trim()}`);
}

/** What `kubectl get … --output=json` gives. */
export async function kubectlJson<T>(...args: readonly string[]): Promise<T> {
  return JSON.parse(await kubectl(...args, '--output=json')) as T;
}

/** Creates or changes these objects. */
export function applyObjects(...items: readonly object[]): Promise<string> {
  const list = { apiVersion: 'v1', kind: 'List', items };
  return kubectlWith(JSON.stringify(list), 'apply', '--filename=-');
}
