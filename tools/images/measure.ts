import { readFileSync } from 'node:fs';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Built } from './build-program.ts';
import type { Layer } from './engine/archive.ts';

/** What engines use unless they are told otherwise. */
const LEVELS = { gzip: 6, zstd: 3 } as const;

/** How many bytes a node pulls of a layer, compressed in either way. */
export interface PulledSize {
  readonly bytes: number;
  readonly gzip: number;
  readonly zstd: number;
}

function pulledSize({ file, bytes }: Layer): PulledSize {
  const content = readFileSync(file);
  const params = { [constants.ZSTD_c_compressionLevel]: LEVELS.zstd };
  return {
    bytes,
    gzip: gzipSync(content, { level: LEVELS.gzip }).length,
    zstd: zstdCompressSync(content, { params }).length,
  };
}

/** An image that was built, and what its layers weigh, the lowest first. */
export interface MeasuredImage {
  readonly name: string;
  readonly archive: string;
  readonly layers: readonly PulledSize[];
}

/** Measures what images weigh. Layers are called after their content: one of several is measured once. */
export function measured(images: readonly Built[]): MeasuredImage[] {
  const known = new Map<string, PulledSize>();
  const sizeOf = (layer: Layer) => {
    const size = known.get(layer.name) ?? pulledSize(layer);
    known.set(layer.name, size);
    return size;
  };
  return images.map(({ name, archive, layers }) => ({
    name,
    archive,
    layers: layers.map(sizeOf),
  }));
}
