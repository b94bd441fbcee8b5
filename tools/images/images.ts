/**
 * Builds the images into dist/images: an archive that docker, podman and containerd load, and an SBOM,
 * for each. Settings come from the environment: ENGINE (docker, podman, buildah), BASE (the name of an
 * image, or the folder of a root filesystem), PLATFORM (linux/amd64, linux/arm64), IMAGE_PREFIX, SOURCE
 * (the address of the source, for a label), SOURCE_DATE_EPOCH and REVISION.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../servers/failure.ts';
import { step } from '../servers/step.ts';
import { buildAll } from './build-all.ts';
import { measured } from './measure.ts';
import { removeFolder } from './remove-folder.ts';
import { readSettings, type Settings } from './settings.ts';
import { sizesTable } from './sizes-table.ts';
import type { Folders } from './workshop.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..');

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  const settings = await readSettings(process.env, CHECKOUT);
  const built = await buildAll(settings, foldersFor(settings), process.env);
  const sizes = await step('Measuring them: about 10 seconds', 'sizes', async () =>
    measured(built),
  );
  console.log(sizesTable(sizes));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`images: ${error.message}`);
  process.exitCode = 1;
}

/** Archives for another architecture than this machine's lie in a folder of their own. */
function foldersFor({ isForeign, platform }: Settings): Folders {
  const images = join(CHECKOUT, 'dist', 'images');
  const output = isForeign ? join(images, platform.architecture) : images;
  mkdirSync(output, { recursive: true });
  const scratch = mkdtempSync(join(output, '.work-'));
  process.once('exit', () => removeFolder(scratch));
  return { checkout: CHECKOUT, output, scratch };
}
