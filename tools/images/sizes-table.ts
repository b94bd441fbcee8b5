import type { MeasuredImage, PulledSize } from './measure.ts';

/** What each image weighs, in lines for a terminal: its shared layer, and its own. */
export function sizesTable(images: readonly MeasuredImage[]): string {
  const [shared] = images.flatMap(({ layers }) => layers.slice(0, 1));
  const rows = images.map(({ name, layers }) => row(name, sum(layers.slice(1))));
  const head = ['', 'uncompressed', 'gzip', 'zstd'];
  const all = [head, ...(shared ? [row('the layer that all share', shared)] : []), ...rows];
  const lines = all.map(([first = '', ...cells]) =>
    [first.padEnd(28), ...cells.map((cell) => cell.padStart(13))].join(''),
  );
  return [...lines, '', ...images.map(({ archive }) => archive)].join('\n');
}

function sum(layers: readonly PulledSize[]): PulledSize {
  return layers.reduce(
    (total, { bytes, gzip, zstd }) => ({
      bytes: total.bytes + bytes,
      gzip: total.gzip + gzip,
      zstd: total.zstd + zstd,
    }),
    { bytes: 0, gzip: 0, zstd: 0 },
  );
}

function row(name: string, { bytes, gzip, zstd }: PulledSize): string[] {
  return [name, ...[bytes, gzip, zstd].map(megabytes)];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 3 : 1)} MB`;
}
