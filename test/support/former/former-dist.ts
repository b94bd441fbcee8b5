import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { untar } from '../../../tools/images/engine/archive.ts';
import { cacheFolder, isExecutable } from '../../../tools/servers/cache.ts';
import { placeAtOnce } from '../../../tools/servers/place.ts';
import { run } from '../../../tools/servers/run.ts';
import former from './former-version.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..', '..', '..');

export const FORMER_VERSION = former.version;

/**
 * The folder of the programs of the version before this one, which are built where they are missing:
 * out of git, as they were then, with the libraries of today.
 * @throws Error in one line, if the history does not reach so far, or they cannot be built
 */
export async function formerDist(): Promise<string> {
  const name = `former-${former.version}-${former.commit.slice(0, 12)}`;
  const target = join(cacheFolder(process.env), name);
  if (!isExecutable(join(target, 'kubernetes-vault.mjs'))) await placeAtOnce(target, buildFormer);
  return target;
}

async function buildFormer(content: string, scratch: string): Promise<void> {
  const [archive, checkout] = [join(scratch, 'former.tar'), join(scratch, 'checkout')];
  const { commit, version } = former;
  const exported = await run('git', ['archive', `--output=${archive}`, commit], { cwd: ROOT });
  if (!exported.ok) {
    const advice = `get it, as by 'git fetch --unshallow'`;
    throw new Error(`${version} is not in the history (commit ${commit}): ${advice}`);
  }
  mkdirSync(checkout);
  await untar(archive, checkout);
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  const built = await run(process.execPath, ['tools/build.ts', content], { cwd: checkout });
  if (!built.ok) throw new Error(`${version} cannot be built any more: ${built.tail}`);
}
