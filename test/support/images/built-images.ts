import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from '../../../tools/images/build-all.ts';
import { unpackArchive, untar } from '../../../tools/images/engine/archive.ts';
import { removeFolder } from '../../../tools/images/remove-folder.ts';
import { readSettings } from '../../../tools/images/settings.ts';

const CHECKOUT = join(import.meta.dirname, '../../..');

/** A program's image, unpacked. */
export interface UnpackedImage {
  readonly name: string;
  readonly archive: string;
  /** The folder that the archive is unpacked in. */
  readonly unpacked: string;
  readonly sbom: string;
  /** What the layers are called, after their content, the lowest first. */
  readonly layers: readonly string[];
  /** The folder that is its root filesystem. */
  readonly root: string;
  readonly created: Date;
  readonly config: ImageConfig;
}

/** What of an image's configuration says how it is run (OCI image-spec, config.md). */
export interface ImageConfig {
  readonly Entrypoint: readonly string[];
  readonly User: string;
  readonly Labels: Readonly<Record<string, string>>;
}

interface ImageDocument {
  readonly created: string;
  readonly config: ImageConfig;
}

/**
 * Builds the images as `make images` does with buildah, into `output`, and unpacks them.
 * @param variables what else to set, as a person would
 */
export async function buildImages(
  output: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<UnpackedImage[]> {
  const unset = { BASE: '', PLATFORM: '', IMAGE_PREFIX: '', REVISION: '', SOURCE_DATE_EPOCH: '' };
  const env = { ...process.env, ...unset, ENGINE: 'buildah', ...variables };
  const settings = await readSettings(env, CHECKOUT);
  const scratch = join(output, 'scratch');
  mkdirSync(scratch, { recursive: true });
  const built = await buildAll(settings, { checkout: CHECKOUT, output, scratch }, env).finally(() =>
    removeFolder(scratch),
  );
  return await Promise.all(built.map(({ name, archive }) => unpack(name, archive, output)));
}

async function unpack(name: string, archive: string, output: string): Promise<UnpackedImage> {
  const folder = join(output, `${name}.archive`);
  const root = join(output, `${name}.root`);
  const layers = await unpackArchive(archive, folder);
  for (const { file } of layers) await untar(file, root);
  chmodSync(root, 0o755);
  const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
  const [{ Config = '' } = {}] = JSON.parse(manifest) as { Config?: string }[];
  const text = readFileSync(join(folder, Config), 'utf8');
  const { created, config } = JSON.parse(text) as ImageDocument;
  return {
    name,
    archive,
    unpacked: folder,
    sbom: readFileSync(join(output, `${name}.cdx.json`), 'utf8'),
    layers: layers.map((layer) => layer.name),
    root,
    created: new Date(created),
    config,
  };
}
