import { linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One image in the manifest of an archive that `docker load` takes. */
interface Entry {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

/**
 * Makes of several unpacked archives, of an image each, the content of one that holds all of these
 * images: what they share is in it once. What only Docker before 1.10 read is left out.
 * @param folders of the unpacked archives
 * @param into an empty folder, on the same file system
 * @returns the ids of the images, in their order: the digests of their configurations
 */
export function joinArchives(folders: readonly string[], into: string): string[] {
  mkdirSync(into, { recursive: true });
  const held = new Set<string>();
  const entries = folders.map((folder) => {
    const [entry] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as [Entry];
    for (const name of [entry.Config, ...entry.Layers]) {
      // Named after their content: of one name there is but one.
      if (held.has(name)) continue;
      held.add(name);
      linkSync(join(folder, name), join(into, name));
    }
    return entry;
  });
  writeFileSync(join(into, 'manifest.json'), `${JSON.stringify(entries)}\n`);
  return entries.map(({ Config }) => `sha256:${basename(Config, '.json')}`);
}
