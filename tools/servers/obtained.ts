import { join } from 'node:path';
import { pathOfObtained } from './cache.ts';
import { Failure } from './failure.ts';
import { run } from './run.ts';
import type { Server } from './server.ts';
import { step } from './step.ts';
import { type ServerName, servers } from './table.ts';

/**
 * The executable of a server, which is obtained where it is missing.
 * @throws Failure if it can't be had
 */
export async function obtained(name: ServerName, env: NodeJS.ProcessEnv): Promise<string> {
  const server: Server = servers[name];
  const known = pathOfObtained(server, env);
  if (known) return known;
  const program = join(import.meta.dirname, 'obtain.ts');
  const what = `Obtaining ${name}: ${server.takes}`;
  const { ok, tail } = await step(what, name, () =>
    run(process.execPath, [program, name], { env }),
  );
  const path = pathOfObtained(server, env);
  if (ok && path) return path;
  throw new Failure(tail.trim() || `${name} could not be obtained`);
}
