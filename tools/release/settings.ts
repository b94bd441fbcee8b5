import { isFolder } from '../images/engine/find-base.ts';
import { platformNames } from '../images/platform.ts';
import { readSettings, type Settings } from '../images/settings.ts';
import { Failure } from '../servers/failure.ts';

/** What a release is made for and of. */
export interface ReleaseSettings {
  /** Those of the images, once for each platform. */
  readonly platforms: readonly [Settings, ...Settings[]];
  /** The environment in which images are built. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Reads the settings out of the environment: those of `make images`, but PLATFORM may name several,
 * with commas, and is all of them by default; and ENGINE is buildah by default.
 * @throws Failure if they cannot make the same release twice
 */
export async function readReleaseSettings(
  env: NodeJS.ProcessEnv,
  checkout: string,
): Promise<ReleaseSettings> {
  const engine = env['ENGINE'] || 'buildah';
  if (engine === 'docker') {
    throw new Failure('ENGINE=docker makes other images each time: name podman or buildah');
  }
  const names = env['PLATFORM']?.split(',') ?? platformNames();
  const [first, ...others] = await Promise.all(
    names.map((name) => readSettings({ ...env, PLATFORM: name.trim() }, checkout)),
  );
  if (first === undefined) throw new Failure('PLATFORM names nothing');
  if (first.base && isFolder(first.base) && others.length > 0) {
    throw new Failure('BASE names a folder, of one architecture: name that one in PLATFORM, too');
  }
  return { platforms: [first, ...others], env: { ...env, ENGINE: engine } };
}
