import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLock } from '../images/lock.ts';
import { removeFolder } from '../images/remove-folder.ts';
import { step } from '../servers/step.ts';
import { releaseChart } from './chart.ts';
import { CHECKSUMS, checksums } from './checksums.ts';
import { imageList, type ReleasedImage } from './image-list.ts';
import { releaseImages } from './images.ts';
import { releaseManifests } from './manifests.ts';
import type { Place } from './place.ts';
import type { ReleaseSettings } from './settings.ts';

/**
 * Makes a release of the checkout in its dist/release, which is replaced when all of it is there.
 * @returns that folder
 * @throws Failure in one line, if something is missing or a program fails
 */
export async function makeRelease(settings: ReleaseSettings, checkout: string): Promise<string> {
  const [{ prefix, time }] = settings.platforms;
  const dist = join(checkout, 'dist');
  mkdirSync(dist, { recursive: true });
  const scratch = mkdtempSync(join(dist, '.release-'));
  process.once('exit', () => removeFolder(scratch));
  const content = join(scratch, 'content');
  mkdirSync(content);
  const { version } = readLock(checkout);
  await fill(settings, { checkout, content, scratch, version, prefix, time });
  const release = join(dist, 'release');
  rmSync(release, { recursive: true, force: true });
  renameSync(content, release);
  return release;
}

async function fill({ platforms, env }: ReleaseSettings, place: Place): Promise<void> {
  const what = 'Packaging the chart and rendering the manifests: a few seconds';
  await step(what, 'chart and manifests', async () => {
    await releaseChart(place);
    await releaseManifests(place);
  });
  const images: ReleasedImage[] = [];
  for (const platform of platforms) images.push(...(await releaseImages(platform, env, place)));
  writeFileSync(join(place.content, 'images.txt'), imageList(images));
  writeFileSync(join(place.content, CHECKSUMS), await checksums(place.content));
}
