import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackArchive, untar } from './engine/archive.ts';
import { RUNTIME_TIME } from './runtime/fixed-time.ts';
import { readSystem, type System } from './runtime/package-status.ts';
import { buildTarget, saveImage, type Workshop } from './workshop.ts';

/** Asks the base image which system it is, and which versions of the libraries' packages it has. */
export async function systemOfBase(workshop: Workshop): Promise<System> {
  const { scratch } = workshop.folders;
  const name = 'kubernetes-vault-base-packages';
  const [file, folder] = [join(scratch, `${name}.tar`), join(scratch, name)];
  const id = await buildTarget(workshop, { target: 'packages', tag: name, time: RUNTIME_TIME });
  await saveImage(workshop, { id, name, file });
  for (const layer of await unpackArchive(file, folder)) await untar(layer.file, folder);
  const text = (of: string) => readFileSync(join(folder, of), 'utf8');
  return readSystem(text('os-release'), text('status'));
}
