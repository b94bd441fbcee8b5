import { globSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { requireSpace } from './disk-space.ts';
import { codeOf, Failure } from './failure.ts';
import { placeAtOnce } from './place.ts';
import { type Outcome, run } from './run.ts';
import type { DebianSource, Server } from './server.ts';
import { step } from './step.ts';

/** Where a program's packages are kept whole, beside the script that runs it with its libraries. */
const PACKAGES = 'packages';

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
      const unpacked = await unpackedPackages(server, source, scratch);
      const program = join(content, server.file);
      if (source.libraries === undefined) renameSync(join(unpacked, source.member), program);
      else {
        renameSync(unpacked, join(content, PACKAGES));
        writeFileSync(program, withLibraries(source, content), { mode: 0o755 });
      }
    }),
  );
}

/** A script that runs the program with the libraries that lie beside it. */
function withLibraries({ member }: DebianSource, content: string): string {
  const files = globSync(`${PACKAGES}/**/*.so*`, { cwd: content });
  const folders = [...new Set(files.map((file) => `$here/${dirname(file)}`))];
  const program = `$here/${PACKAGES}/${member}`;
  return `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
LD_LIBRARY_PATH="${folders.join(':')}" exec "${program}" "$@"
`;
}

async function unpackedPackages(
  server: Server,
  source: DebianSource,
  scratch: string,
): Promise<string> {
  const { package: wanted, libraries = [] } = source;
  const [folder, unpacked] = [join(scratch, 'package'), join(scratch, 'unpacked')];
  mkdirSync(folder);
  const packages = [wanted, ...libraries];
  const download = () => apt(server, source, ['download', ...packages], folder);
  let outcome = await download();
  if (!outcome.ok && process.getuid?.() === 0) {
    await apt(server, source, ['update'], folder);
    outcome = await download();
  }
  const files = readdirSync(folder);
  if (!outcome.ok || files.length < packages.length) throw missing(server, source, outcome.tail);
  for (const file of files) {
    const { ok, tail } = await run('dpkg-deb', ['-x', join(folder, file), unpacked]);
    if (!ok) throw missing(server, source, tail);
  }
  return unpacked;
}

async function apt(
  server: Server,
  source: DebianSource,
  args: readonly string[],
  cwd: string,
): Promise<Outcome> {
  try {
    return await run('apt-get', ['--quiet', ...args], { cwd });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw missing(server, source, 'there is no apt-get');
  }
}

/** In one line: a person does the rest. */
function missing({ name, env }: Server, source: DebianSource, why: string): Failure {
  const reason = why.replaceAll('\n', ' ');
  const advice = `install the package ${source.package}, or name the program in ${env}`;
  return new Failure(`${name} is missing: ${advice} (${reason})`);
}
