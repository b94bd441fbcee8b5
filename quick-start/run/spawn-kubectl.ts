import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Answer, Kubectl } from './command.ts';
import { KubectlMissing } from './trouble.ts';

/** What hangs longer than this is ended; nothing here is long by itself but waiting, which is ours. */
const LONGEST_MS = 120_000;

/** The program `kubectl`, started without a shell, with an optional context; what hangs is ended. */
export function spawnKubectl(
  program: string,
  context: string | undefined,
  longestMs = LONGEST_MS,
): Kubectl {
  const always = context === undefined ? [] : ['--context', context];
  return {
    async run(args, input) {
      try {
        return await answerOf(program, [...always, ...args], input, longestMs);
      } catch (cause) {
        throw new KubectlMissing(program, cause);
      }
    },
  };
}

/** How a process ended: by itself, or by a signal. */
interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

async function answerOf(
  program: string,
  args: readonly string[],
  input: string | undefined,
  longestMs: number,
): Promise<Answer> {
  const child = spawn(program, args, { windowsHide: true, stdio: ['pipe', 'pipe', 'pipe'] });
  // Not spawn's own `timeout`: where there is no such program, that would go on waiting.
  const late = setTimeout(() => child.kill(), longestMs);
  const { promise: end, resolve, reject } = Promise.withResolvers<End>();
  child.once('error', reject);
  child.once('close', (code, signal) => resolve({ code, signal }));
  // A program that ends without reading what it is given says why by itself.
  child.stdin.once('error', () => undefined);
  child.stdin.end(input ?? '');
  const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
  try {
    const [{ code, signal }, [stdout, stderr]] = await Promise.all([end, outputs]);
    if (code !== null) return { code, stdout, stderr };
    const why = child.killed ? `because it took more than ${longestMs / 1_000} s` : 'from outside';
    return { code: 1, stdout, stderr: `${stderr}\n${program} was ended by ${signal}, ${why}` };
  } finally {
    clearTimeout(late);
  }
}
