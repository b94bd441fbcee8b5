import { basename } from 'node:path';
import { builtArchives } from '../../e2e/cluster/cluster.ts';
import { unpackArchive } from '../../tools/images/engine/archive.ts';
import { type MeasuredImage, measured, type PulledSize } from '../../tools/images/measure.ts';
import { IMAGES } from '../../tools/images/programs.ts';
import { requireImages } from '../node/on-node.ts';
import type { Figure } from '../report/figure.ts';
import type { Lab } from '../rig/lab.ts';
import type { Scenario, Values } from './scenario.ts';

const SHARED = 'the layer that all share';
const WAYS = [
  ['bytes', 'uncompressed'],
  ['gzip', 'gzip'],
  ['zstd', 'zstd'],
] as const satisfies readonly (readonly [keyof PulledSize, string])[];

/** What a node pulls. */
export const images: Scenario = {
  name: 'images',
  title: 'Images',
  method:
    'The layers of the archives that `make images` wrote, for this machine’s architecture. A node ' +
    'pulls the shared layer once, whichever of the images come to it; a program’s own layer is what ' +
    'an upgrade of ours pulls. Compressed as engines do unless they are told otherwise.',
  figures: [SHARED, ...IMAGES.map(({ name }) => name)].flatMap((name) =>
    WAYS.map(
      ([id, way]): Figure => ({ id: `${name} ${id}`, label: `${name}, ${way}`, unit: 'MB' }),
    ),
  ),
  runs: 1,
  withoutFloor: true,
  runSeconds: 10,
  require: requireImages,
  prepare: async (lab) => ({
    measure: () => sizes(lab),
    [Symbol.asyncDispose]: async () => {},
  }),
};

async function sizes(lab: Lab): Promise<Values> {
  const built = builtArchives().map(async (archive) => {
    const layers = await unpackArchive(archive, lab.folder());
    return { name: basename(archive, '.tar'), archive, layers };
  });
  const all = measured(await Promise.all(built));
  return Object.fromEntries([
    ...weights(SHARED, all[0]?.layers.slice(0, 1) ?? []),
    ...all.flatMap(({ name, layers }: MeasuredImage) => weights(name, layers.slice(1))),
  ]);
}

function weights(name: string, layers: readonly PulledSize[]): [id: string, megabytes: number][] {
  return WAYS.map(([id]) => {
    const bytes = layers.reduce((sum, layer) => sum + layer[id], 0);
    return [`${name} ${id}`, bytes / 1e6];
  });
}
