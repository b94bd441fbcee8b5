import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../servers/failure.ts';
import { run } from '../../servers/run.ts';
import { step } from '../../servers/step.ts';
import type { Lock } from '../lock.ts';
import type { Platform } from '../platform.ts';

/** The npm package that holds Node's binary for a platform. */
export function nodePackageName({ node }: Platform): string {
  return `node-linux-${node}`;
}

/**
 * The folder of the package with Node's binary that the lock file pins: the installed one where it is
 * for this platform, else fetched into `scratch` and compared with the lock file.
 * @throws Failure if it can't be had, or is not what was pinned
 */
export async function nodePackage(
  root: string,
  platform: Platform,
  lock: Lock,
  scratch: string,
): Promise<string> {
  const name = nodePackageName(platform);
  const installed = join(root, 'node_modules', name);
  if (existsSync(join(installed, 'bin', 'node'))) return installed;
  const pinned = lock.packages[`node_modules/${name}`];
  if (!pinned?.integrity) throw new Failure(`package-lock.json does not pin ${name}`);
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  const wanted = `${name}@${pinned.version}`;
  await step(`Fetching ${wanted}: a few seconds`, name, () => fetchPackage(wanted, folder));
  const archive = join(folder, readdirSync(folder)[0] ?? '');
  const actual = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (actual !== pinned.integrity) {
    throw new Failure(`${wanted} is not what was pinned: ${pinned.integrity}, actual ${actual}`);
  }
  const { ok, tail } = await run('tar', ['-xzf', archive, '-C', folder]);
  if (!ok) throw new Failure(`${wanted} cannot be unpacked: ${tail}`);
  return join(folder, 'package');
}

async function fetchPackage(wanted: string, folder: string): Promise<void> {
  const options = ['--silent', '--ignore-scripts', '--pack-destination', folder];
  const { ok, tail } = await run('npm', ['pack', ...options, wanted]);
  if (!ok) throw new Failure(`npm could not fetch ${wanted}: ${tail}`);
}
