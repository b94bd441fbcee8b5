import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../servers/failure.ts';
import { run } from '../../servers/run.ts';
import type { Platform } from '../platform.ts';
import { makeDebianRoot } from '../runtime/debian-root.ts';
import { RUNTIME_TIME } from '../runtime/fixed-time.ts';
import { readOsRelease } from '../runtime/package-status.ts';
import { buildImage, type Engine, localName } from './engine.ts';

/** What the Containerfile takes by default. */
const USUAL_BASE = 'debian:12-slim';

const OS_RELEASE = 'usr/lib/os-release';

const PULL_TIMEOUT_MS = 120_000;

export interface BaseSearch {
  readonly engine: Engine;
  readonly platform: Platform;
  /** What BASE says: an image's name, or the folder of a root filesystem. */
  readonly wanted: string | undefined;
  /** Of deploy/images. */
  readonly containerfiles: string;
  /** Where a root filesystem may be left, for the next build to name. */
  readonly output: string;
  readonly scratch: string;
}

/**
 * Finds the image that the libraries are taken of: BASE, else the usual one where a registry can be
 * reached, else one that is made of Debian packages.
 * @returns a name that the engine knows
 */
export async function findBase(search: BaseSearch): Promise<string> {
  const { engine, platform, wanted, output, scratch } = search;
  if (wanted && !isFolder(wanted)) return wanted;
  if (wanted) return await imageOfFolder(wanted, search);
  if (await canPull(engine, platform)) return USUAL_BASE;
  const root = join(output, `base-${platform.architecture}`);
  await makeDebianRoot(root, platform, scratch);
  return await imageOfFolder(root, search);
}

/** Whether that is a folder, and not the name of an image. */
export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** Buildah here knows no registry by a short name (tools/servers/buildah.ts). */
async function canPull(engine: Engine, { architecture }: Platform): Promise<boolean> {
  if (engine.name === 'buildah') return false;
  console.log(`Pulling ${USUAL_BASE} …`);
  const [program, ...words] = engine.command;
  const args = [...words, 'pull', '--quiet', `--platform=linux/${architecture}`, USUAL_BASE];
  const place = { env: engine.env, timeout: PULL_TIMEOUT_MS };
  const { ok } = await run(program, args, place);
  return ok;
}

async function imageOfFolder(
  context: string,
  { engine, platform, containerfiles, scratch }: BaseSearch,
): Promise<string> {
  const release = join(context, OS_RELEASE);
  if (!existsSync(release))
    throw new Failure(`${context} is no root filesystem: it has no ${OS_RELEASE}`);
  const { id, version } = readOsRelease(readFileSync(release, 'utf8'));
  const tag = localName(engine, `${id}-packages:${version}`);
  const file = join(containerfiles, 'base.Containerfile');
  await buildImage(engine, { file, context, tag, platform, time: RUNTIME_TIME }, scratch);
  return tag;
}
