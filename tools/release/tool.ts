import { Failure } from '../servers/failure.ts';
import { obtained } from '../servers/obtained.ts';
import { run } from '../servers/run.ts';

/**
 * Runs helm or kubectl to its end, which is obtained where it is missing, and finds no settings of the
 * person's own.
 * @param home a folder for what it keeps
 * @returns what it printed
 * @throws Failure with what it said, if it did not end with 0
 */
export async function tool(
  name: 'helm' | 'kubectl',
  args: readonly string[],
  home: string,
): Promise<string> {
  const program = await obtained(name, process.env);
  const env = { PATH: process.env['PATH'], HOME: home };
  const { ok, stdout, tail } = await run(program, args, { env });
  if (!ok) throw new Failure(`${name} ${args.slice(0, 2).join(' ')} failed: ${tail}`);
  return stdout;
}
