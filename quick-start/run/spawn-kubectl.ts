import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Answer, Kubectl } from './command.ts';
import { KubectlMissing } from './trouble.ts';

/** What hangs longer than this is ended; nothing here is long by itself but waiting, which is ours. */
const LONGEST_MS = 120_000;

/** The program `kubectl`, started without a shell, with an optional context. */
export function spawnKubectl(program: string, context: string | undefined): Kubectl {
  const always = context === undefined ? [] : ['--context', context];
  return {
    async run(args, input) {
      try {
        return await answerOf(program, [...always, ...args], input);
      } catch (cause) {
        throw new KubectlMissing(program, cause);
      }
    },
  };
}

async function answerOf(
  program: string,
  args: readonly string[],
  input: string | undefined,
): Promise<Answer> {
  const child = spawn(program, args, { windowsHide: true, stdio: ['pipe', 'pipe', 'pipe'] });
  // Not spawn's own `timeout`: where there is no such program, that would go on waiting.
  const late = setTimeout(() => child.kill(), LONGEST_MS);
  const { promise: code, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('close', (exit) => resolve(exit ?? 1));
  // A program that ends without reading what it is given says why by itself.
  child.stdin.once('error', () => undefined);
  child.stdin.end(input ?? '');
  const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
  try {
    const [exit, [stdout, stderr]] = await Promise.all([code, outputs]);
    return { code: exit, stdout, stderr };
  } finally {
    clearTimeout(late);
  }
}
