import { join } from 'node:path';
import { type Build, buildImage, call, type Engine, saveArguments } from './engine/engine.ts';
import type { Lock } from './lock.ts';
import type { Settings } from './settings.ts';

/** Folders: the checkout, where results go, and one that is removed at the end. */
export interface Folders {
  readonly checkout: string;
  readonly output: string;
  readonly scratch: string;
}

/** What every step of a build needs. */
export interface Workshop {
  readonly settings: Settings;
  readonly folders: Folders;
  readonly engine: Engine;
  readonly lock: Lock;
  /** The name of the image that the libraries are taken of. */
  readonly base: string;
}

/** Where the Containerfiles are. */
export function containerfiles({ checkout }: Folders): string {
  return join(checkout, 'deploy', 'images');
}

/** The folder that the images are built from. */
export function contextFolder({ scratch }: Folders): string {
  return join(scratch, 'context');
}

/** Builds a target of the Containerfile; returns the image's id. */
export async function buildTarget(
  { settings, folders, engine, base }: Workshop,
  build: Pick<Build, 'tag' | 'args' | 'labels' | 'time'> & { readonly target: string },
): Promise<string> {
  const { platform } = settings;
  const file = join(containerfiles(folders), 'Containerfile');
  const [context, args] = [contextFolder(folders), { BASE: base, ...build.args }];
  return await buildImage(engine, { ...build, file, context, platform, args }, folders.scratch);
}

/** Writes an image into a file, under one name. */
export async function saveImage(
  { engine }: Workshop,
  { id, name, file }: { readonly id: string; readonly name: string; readonly file: string },
): Promise<void> {
  await call(engine, saveArguments(engine.name, id, name, file));
}
