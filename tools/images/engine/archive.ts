import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { Failure } from '../../servers/failure.ts';
import { run } from '../../servers/run.ts';

/** What engines use unless they are told otherwise. */
const LEVELS = { gzip: 6, zstd: 3 } as const;

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

/** How many bytes a node pulls of a layer, compressed in either way. */
export interface PulledSize {
  readonly bytes: number;
  readonly gzip: number;
  readonly zstd: number;
}

/** Measures a layer as a registry would hold it. */
export function pulledSize({ file, bytes }: Layer): PulledSize {
  const content = readFileSync(file);
  const params = { [constants.ZSTD_c_compressionLevel]: LEVELS.zstd };
  return {
    bytes,
    gzip: gzipSync(content, { level: LEVELS.gzip }).length,
    zstd: zstdCompressSync(content, { params }).length,
  };
}
