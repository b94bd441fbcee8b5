import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const keptOutput = 64 * 1024;
const running = new Set<ChildProcess>();

process.once('exit', () => {
  for (const child of running) child.kill();
});

/** How a program ended. */
export interface Outcome {
  readonly ok: boolean;
  readonly stdout: string;
  /** The last lines that it said, for an error message. */
  readonly tail: string;
}

/** Where a program runs. */
export interface Place {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a program to its end; an exit code other than 0 is an outcome, not an error.
 * @throws Node's own error, with code `ENOENT`, if there is no such program.
 */
export async function run(
  command: string,
  args: readonly string[],
  place: Place = {},
): Promise<Outcome> {
  const child = spawn(command, args, { ...place, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let stdout = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    all = (all + text).slice(-keptOutput);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    all = (all + text).slice(-keptOutput);
  });
  try {
    const [code] = await once(child, 'close');
    return { ok: code === 0, stdout, tail: lastLines(all, 12) };
  } finally {
    running.delete(child);
  }
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
