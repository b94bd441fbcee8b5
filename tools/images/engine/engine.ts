import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../servers/failure.ts';
import { run } from '../../servers/run.ts';
import type { Platform } from '../platform.ts';

/** The programs that build images. */
export const ENGINES = ['docker', 'podman', 'buildah'] as const;
export type EngineName = (typeof ENGINES)[number];

/** A program that builds images, and how it is run. */
export interface Engine {
  readonly name: EngineName;
  /** The words that run it, before its own. */
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
}

/** What to build. */
export interface Build {
  readonly file: string;
  readonly context: string;
  readonly target?: string;
  readonly tag: string;
  readonly platform: Platform;
  readonly args?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** The time of the image, and of its files where the engine sets that, in seconds since 1970. */
  readonly time: number;
}

/**
 * Without layers, podman removes the base image afterwards. The history has hashes that follow the
 * order in which a file system lists a folder; a label has the engine's version.
 */
const SAME_EVERYWHERE = ['--layers=true', '--omit-history', '--identity-label=false'] as const;

/** A name for an image of one's own, which no engine looks for in a registry. */
export function localName({ name: engine }: Pick<Engine, 'name'>, name: string): string {
  return engine === 'docker' ? name : `localhost/${name}`;
}

/** The words after the engine's name that build an image and write its id into `idFile`. */
export function buildArguments(engine: EngineName, build: Build, idFile: string): string[] {
  const { file, context, target, tag, platform, args = {}, labels = {}, time } = build;
  const values = {
    TARGETARCH: platform.architecture,
    ...(engine === 'docker' ? { SOURCE_DATE_EPOCH: String(time) } : {}),
    ...args,
  };
  return [
    'build',
    ...(engine === 'docker' ? [] : [...SAME_EVERYWHERE, `--timestamp=${time}`]),
    ...(engine === 'buildah' ? ['--isolation=chroot'] : []),
    `--platform=linux/${platform.architecture}`,
    `--file=${file}`,
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...Object.entries(values).map(([key, value]) => `--build-arg=${key}=${value}`),
    ...Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`),
    `--tag=${tag}`,
    `--iidfile=${idFile}`,
    context,
  ];
}

/** The words after the engine's name that write an image into a file, under one name alone. */
export function saveArguments(engine: EngineName, id: string, name: string, file: string) {
  return engine === 'docker'
    ? ['save', `--output=${file}`, name]
    : ['push', '--quiet', id, `docker-archive:${file}:${name}`];
}

/**
 * Builds an image.
 * @returns its id, which is the digest of its configuration
 * @throws Failure with what the engine said
 */
export async function buildImage(engine: Engine, build: Build, scratch: string): Promise<string> {
  const idFile = join(scratch, `${build.target ?? 'base'}.id`);
  await call(engine, buildArguments(engine.name, build, idFile));
  return readFileSync(idFile, 'utf8').trim();
}

/**
 * Runs the engine to its end.
 * @throws Failure with what it said, if it did not end with 0
 */
export async function call(engine: Engine, args: readonly string[]): Promise<void> {
  const [program, ...words] = engine.command;
  const { ok, tail } = await run(program, [...words, ...args], { env: engine.env });
  if (!ok) throw new Failure(`${engine.name} ${args[0]} failed: ${tail}`);
}
