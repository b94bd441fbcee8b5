import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { codeOf, Failure } from '../../servers/failure.ts';
import { run } from '../../servers/run.ts';
import { step } from '../../servers/step.ts';
import type { Platform } from '../platform.ts';
import { fieldOf } from './package-status.ts';

/** What brings the libraries that Node links, and the file that says which system this is. */
const PACKAGES = ['base-files', 'libc6', 'libgcc-s1', 'libstdc++6'];

/**
 * Makes a root filesystem out of Debian packages in the folder `root`, for machines that reach no
 * registry: unpacked, not installed, so it takes no right on this machine and works for another
 * architecture. apt, with lists of its own, checks that the packages are the distribution's.
 * @throws Failure if there is no apt here, or it can't get them
 */
export async function makeDebianRoot(
  root: string,
  platform: Platform,
  scratch: string,
): Promise<void> {
  const what = `Making a base image out of Debian packages for ${platform.architecture}`;
  await step(`${what}: about 15 seconds`, 'base image', async () => {
    rmSync(root, { recursive: true, force: true });
    const apt = await ownApt(platform, join(scratch, `apt-${platform.architecture}`));
    await apt.download(PACKAGES);
    // The libraries of the compiler share one file with their copyright.
    const depends = await controlField(apt.file('libgcc-s1'), 'Depends');
    await apt.download(depends.match(/\bgcc-[\d.]+-base\b/g) ?? []);
    await unpack(apt.files(), root);
  });
}

interface Apt {
  download(packages: readonly string[]): Promise<void>;
  files(): string[];
  file(name: string): string;
}

/** An apt that knows one architecture and no installed package, and writes into `folder` alone. */
async function ownApt({ architecture }: Platform, folder: string): Promise<Apt> {
  const [state, cache, downloads] = ['state', 'cache', 'downloads'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  for (const path of [join(state, 'lists', 'partial'), join(cache, 'archives', 'partial')]) {
    mkdirSync(path, { recursive: true });
  }
  mkdirSync(downloads, { recursive: true });
  writeFileSync(join(state, 'status'), '');
  const settings = {
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Dir::Cache': cache,
    'Dir::State': state,
    'Dir::State::status': join(state, 'status'),
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const call = async (...args: readonly string[]) => {
    const { ok, tail } = await aptGet(['--quiet', ...options, ...args], downloads);
    if (!ok) throw missing(tail);
  };
  await call('update');
  const files = () => readdirSync(downloads).map((name) => join(downloads, name));
  return {
    files,
    download: (packages) => call('download', ...packages),
    file: (name) => files().find((path) => path.startsWith(join(downloads, `${name}_`))) ?? '',
  };
}

async function aptGet(args: readonly string[], cwd: string) {
  try {
    return await run('apt-get', args, { cwd });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw missing('there is no apt-get');
  }
}

function missing(why: string): Failure {
  const advice = 'name one in BASE, or the folder of a root filesystem';
  return new Failure(`no base image can be had: ${advice} (${why.replaceAll('\n', ' ')})`);
}

async function controlField(file: string, field: string): Promise<string> {
  const { stdout } = await run('dpkg-deb', ['--field', file, field]);
  return stdout.trim();
}

/** Unpacks them as an installation of today is laid out: /lib is a link to /usr/lib. */
async function unpack(files: readonly string[], root: string): Promise<void> {
  const status = join(root, 'var', 'lib', 'dpkg', 'status');
  for (const folder of ['usr/lib', 'usr/lib64', 'var/lib/dpkg']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const name of ['lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name));
  const keepLinks = 'dpkg-deb --fsys-tarfile "$1" | tar -xp --keep-directory-symlink -C "$2"';
  for (const file of [...files].sort()) {
    const { ok, tail } = await run('sh', ['-c', keepLinks, 'unpack', file, root]);
    if (!ok) throw missing(tail);
    const { stdout } = await run('dpkg-deb', ['--field', file]);
    if (fieldOf(stdout, 'Package') === undefined) throw missing(`${file} is no package`);
    appendFileSync(status, `${stdout.trim()}\nStatus: install ok installed\n\n`);
  }
}
