import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledPackages } from './bundled-packages.ts';
import { type Layer, unpackArchive } from './engine/archive.ts';
import type { ImageOfProgram } from './programs.ts';
import { nodePackageName } from './runtime/node-package.ts';
import type { System } from './runtime/package-status.ts';
import {
  type Component,
  nodeComponent,
  npmComponent,
  programComponent,
  systemComponent,
} from './sbom/components.ts';
import { sbomOf } from './sbom/sbom.ts';
import { buildTarget, saveImage, type Workshop } from './workshop.ts';

/** What the images of the programs are put upon. */
export interface Runtime {
  /** The name of its image. */
  readonly tag: string;
  readonly system: System;
}

/** An image that was built, with its layers unpacked. */
export interface Built {
  readonly name: string;
  readonly archive: string;
  readonly layers: readonly Layer[];
}

/** Builds one program's image, and writes its archive and its SBOM. */
export async function buildProgram(
  workshop: Workshop,
  image: ImageOfProgram,
  runtime: Runtime,
): Promise<Built> {
  const { settings, folders, lock } = workshop;
  const { name, target } = image;
  const [{ version }, { time, revision, source }] = [lock, settings];
  const tag = `${settings.prefix}${name}:${version}`;
  const args = { RUNTIME: runtime.tag, VERSION: version, REVISION: revision };
  const labels =
    source === undefined ? {} : { labels: { 'org.opencontainers.image.source': source } };
  const id = await buildTarget(workshop, { target, tag, args, ...labels, time });
  const half = join(folders.scratch, `${name}.tar`);
  await saveImage(workshop, { id, name: tag, file: half });
  const layers = await unpackArchive(half, join(folders.scratch, name));
  const archive = join(folders.output, `${name}.tar`);
  renameSync(half, archive);
  const components = componentsOf(workshop, image, runtime);
  const sbom = sbomOf({ name, version, id, time }, components);
  writeFileSync(join(folders.output, `${name}.cdx.json`), sbom);
  return { name, archive, layers };
}

function componentsOf(
  { settings, folders, lock }: Workshop,
  { name, bundles }: ImageOfProgram,
  { system }: Runtime,
): Component[] {
  const node = nodePackageName(settings.platform);
  return [
    programComponent(name, lock.version),
    ...bundledPackages(folders.checkout, bundles).map((folder) => npmComponent(folder, lock)),
    nodeComponent(node, lock, process.versions),
    ...system.packages.map((one) => systemComponent(one, system)),
  ];
}
