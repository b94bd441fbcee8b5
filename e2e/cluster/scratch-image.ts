import { createHash } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { command } from '../../test/support/network/own-network.ts';

/** An image FROM scratch, with one file: a static program. */
export interface ScratchImage {
  /** With host and tag. */
  readonly name: string;
  readonly entrypoint: readonly string[];
  /** The program's path here; its name stays, and in the image it lies in /bin. */
  readonly program: string;
  /** Where the archive is made. */
  readonly folder: string;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const AS_ROOT = ['--owner=0', '--group=0', '--numeric-owner', '--mtime=@0'];

/** Makes the image's archive, in the format of `docker save`, and gives its path. */
export async function buildScratchImage(image: ScratchImage): Promise<string> {
  const { folder, program, name } = image;
  const file = (entry: string) => join(folder, entry);
  const move = '--transform=s,^,bin/,';
  const from = ['-C', dirname(program), basename(program)];
  await command('tar', '-cf', file('layer.tar'), ...AS_ROOT, move, ...from);
  const config = {
    architecture: ARCHITECTURES[process.arch],
    os: 'linux',
    config: { Env: ['PATH=/bin'], Entrypoint: image.entrypoint },
    rootfs: { type: 'layers', diff_ids: [`sha256:${await sha256Of(file('layer.tar'))}`] },
  };
  const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }];
  writeFileSync(file('config.json'), JSON.stringify(config));
  writeFileSync(file('manifest.json'), JSON.stringify(manifest));
  const members = ['manifest.json', 'config.json', 'layer.tar'];
  await command('tar', '-cf', file('image.tar'), '-C', folder, ...members);
  return file('image.tar');
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
