import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../servers/failure.ts';
import { run } from '../../servers/run.ts';

/** One layer of an unpacked archive. */
export interface Layer {
  /** As the archive calls it, after its content. */
  readonly name: string;
  /** The tar file. */
  readonly file: string;
  readonly bytes: number;
}

/**
 * Unpacks an image's archive into `folder`.
 * @returns its layers, the lowest first
 * @throws Failure if it is none
 */
export async function unpackArchive(archive: string, folder: string): Promise<Layer[]> {
  await untar(archive, folder);
  const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
  const [image] = JSON.parse(manifest) as { Layers: string[] }[];
  return (image?.Layers ?? []).map((name) => {
    const file = join(folder, name);
    return { name, file, bytes: statSync(file).size };
  });
}

/**
 * Unpacks a tar file into `folder`.
 * @throws Failure with what tar said
 */
export async function untar(file: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { ok, tail } = await run('tar', ['-xf', file, '-C', folder]);
  if (!ok) throw new Failure(`${file} cannot be unpacked: ${tail}`);
}
