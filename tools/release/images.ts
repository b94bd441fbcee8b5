import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildAll } from '../images/build-all.ts';
import type { Built } from '../images/build-program.ts';
import { removeFolder } from '../images/remove-folder.ts';
import type { Settings } from '../images/settings.ts';
import type { ReleasedImage } from './image-list.ts';
import { joinArchives } from './joined-archive.ts';
import { pack } from './pack.ts';
import type { Place } from './place.ts';

/** Builds the images of one platform, as one archive that holds all, and an SBOM of each. */
export async function releaseImages(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  place: Place,
): Promise<ReleasedImage[]> {
  const platform = `linux/${settings.platform.architecture}`;
  const output = join(place.scratch, settings.platform.architecture);
  const scratch = join(output, 'work');
  mkdirSync(scratch, { recursive: true });
  const { checkout } = place;
  const built = await buildAll(settings, { checkout, output, scratch }, env);
  const suffix = `${place.version}-${platform.replace('/', '-')}`;
  const archive = `images/kubernetes-vault-${suffix}.tar`;
  const ids = await joined(built, archive, place, join(output, 'joined'));
  for (const { name } of built) {
    const sbom = placeFor(place, `sbom/${name}-${suffix}.cdx.json`);
    renameSync(join(output, `${name}.cdx.json`), sbom);
  }
  removeFolder(output);
  return built.map(({ name }, index) => ({
    name: `${place.prefix}${name}:${place.version}`,
    platform,
    id: ids[index] ?? '',
    archive,
  }));
}

async function joined(built: readonly Built[], archive: string, place: Place, folder: string) {
  const ids = joinArchives(
    built.map(({ layers: [lowest] }) => dirname(lowest?.file ?? '')),
    folder,
  );
  await pack(folder, placeFor(place, archive), place.time);
  return ids;
}

/** The path of a file of the release, whose folder there is from then on. */
function placeFor({ content }: Place, name: string): string {
  const file = join(content, name);
  mkdirSync(dirname(file), { recursive: true });
  return file;
}
