import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { requireSpace } from './disk-space.ts';
import { codeOf, Failure } from './failure.ts';
import { placeAtOnce } from './place.ts';
import { type Outcome, run } from './run.ts';
import { step } from './step.ts';
import type { DebianSource, Server } from './table.ts';

/**
 * Obtains a program of a Debian package into the folder `target`, without installing the package:
 * that would take root, and start services. apt checks that the package is Debian's own.
 */
export async function obtainDebian(
  server: Server,
  source: DebianSource,
  target: string,
): Promise<void> {
  const { name, takes } = server;
  await step(`Downloading the Debian package of ${name}: ${takes}`, name, () =>
    placeAtOnce(target, async (content, scratch) => {
      await requireSpace(scratch, server.needsMegabytes, name);
      const unpacked = await unpackedPackage(server, source, scratch);
      renameSync(join(unpacked, source.member), join(content, server.file));
    }),
  );
}

async function unpackedPackage(
  server: Server,
  { package: wanted }: DebianSource,
  scratch: string,
): Promise<string> {
  const [folder, unpacked] = [join(scratch, 'package'), join(scratch, 'unpacked')];
  mkdirSync(folder);
  const download = () => apt(server, ['download', wanted], folder);
  let outcome = await download();
  if (!outcome.ok && process.getuid?.() === 0) {
    await apt(server, ['update'], folder);
    outcome = await download();
  }
  const [file] = readdirSync(folder);
  if (!outcome.ok || file === undefined) throw missing(server, outcome.tail);
  const { ok, tail } = await run('dpkg-deb', ['-x', join(folder, file), unpacked]);
  if (!ok) throw missing(server, tail);
  return unpacked;
}

async function apt(server: Server, args: readonly string[], cwd: string): Promise<Outcome> {
  try {
    return await run('apt-get', ['--quiet', ...args], { cwd });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw missing(server, 'there is no apt-get');
  }
}

/** In one line: a person does the rest. */
function missing({ name, env }: Server, why: string): Failure {
  const reason = why.replaceAll('\n', ' ');
  return new Failure(
    `${name} is missing: install the package prometheus, or name the program in ${env} (${reason})`,
  );
}
