import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const PROGRAM = join(import.meta.dirname, '..', '..', 'quick-start', 'quick-start.mjs');

/** Which installation is meant. */
export type Kind = 'plain' | 'secured';

/**
 * Runs the quick-start program as its guide says.
 * @returns what it printed
 * @throws Error with all it printed, if it does not end with 0
 */
export async function quickStart(
  verb: 'up' | 'status' | 'down',
  kind: Kind = 'plain',
): Promise<string> {
  const options = kind === 'secured' ? ['--secured'] : [];
  const prefix = process.env['E2E_IMAGE_PREFIX'];
  if (verb === 'up' && prefix) options.push(`--image-prefix=${prefix}`);
  const words = [PROGRAM, verb, '--yes', ...options];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const [output, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code === 0) return output;
  throw new Error(`quick-start ${verb} ended with ${code}:\n${output}${said}`);
}
