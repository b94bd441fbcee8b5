import { mkdirSync } from 'node:fs';
import { findBinary } from '../../test/support/real/process/binaries.ts';
import { inState } from './layout.ts';
import { buildScratchImage } from './scratch-image.ts';

/** What each pod's network belongs to. */
export const PAUSE = 'docker.io/local/pause:e2e';
export const COREDNS = 'docker.io/local/coredns:e2e';
/**
 * `bao` on PATH, and nothing else: it has no shell. Under the name that manifests and guides have for
 * the image of a registry, so that they are used as written.
 */
export const OPENBAO = 'docker.io/openbao/openbao:2.7.2';

const IMAGES = {
  pause: { name: PAUSE, entrypoint: ['/bin/pause'] },
  coredns: { name: COREDNS, entrypoint: ['/bin/coredns'] },
  openbao: { name: OPENBAO, entrypoint: ['/bin/bao'] },
} as const;

/** The program of tools/servers that an image is made of. */
export type NodeImage = keyof typeof IMAGES;

/** Builds an image that has one static program in /bin, and gives its archive. */
export async function buildNodeImage(program: NodeImage): Promise<string> {
  const folder = inState('images', program);
  mkdirSync(folder, { recursive: true });
  const { name, entrypoint } = IMAGES[program];
  return buildScratchImage({ name, entrypoint, program: findBinary(program), folder });
}
