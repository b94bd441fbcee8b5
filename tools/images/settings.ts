import { run } from '../servers/run.ts';
import { type Platform, platformOf } from './platform.ts';

/** What a person may set, and what the checkout says. */
export interface Settings {
  readonly platform: Platform;
  /** Of another architecture than this machine's. */
  readonly isForeign: boolean;
  /** BASE: an image's name, or the folder of a root filesystem. */
  readonly base: string | undefined;
  /** What stands before an image's name, with its slash. */
  readonly prefix: string;
  /** The time of the images, in seconds since 1970. */
  readonly time: number;
  readonly revision: string;
  /** SOURCE: where the source can be found, for a label. */
  readonly source: string | undefined;
}

/**
 * Reads the settings out of the environment: PLATFORM, BASE, IMAGE_PREFIX, SOURCE, SOURCE_DATE_EPOCH,
 * REVISION; the last two are by default the checked-out commit's.
 * @throws Failure if there is no such platform
 */
export async function readSettings(env: NodeJS.ProcessEnv, checkout: string): Promise<Settings> {
  const platform = platformOf(env['PLATFORM'], process.arch);
  const prefix = env['IMAGE_PREFIX'];
  return {
    platform,
    isForeign: platform.node !== process.arch,
    base: env['BASE'] || undefined,
    prefix: prefix ? `${prefix.replace(/\/+$/, '')}/` : '',
    time: Number(
      env['SOURCE_DATE_EPOCH'] || (await git(checkout, 'log', '-1', '--format=%ct')) || 0,
    ),
    revision: env['REVISION'] || (await revisionOf(checkout)) || 'unknown',
    source: env['SOURCE'] || undefined,
  };
}

function revisionOf(checkout: string): Promise<string> {
  return git(checkout, 'describe', '--always', '--dirty', '--abbrev=40', '--exclude=*');
}

/** What git says; nothing where there is no git or no repository. */
async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  try {
    const { ok, stdout } = await run('git', args, { cwd });
    return ok ? stdout.trim() : '';
  } catch {
    return '';
  }
}
