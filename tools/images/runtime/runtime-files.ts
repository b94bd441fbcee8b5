import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { levelFiles } from '../level-files.ts';
import type { Platform } from '../platform.ts';
import { RUNTIME_TIME } from './fixed-time.ts';
import type { System } from './package-status.ts';
import { strippedElf } from './strip-elf.ts';

/** Without it the C library would ask the name server before /etc/hosts in some versions. */
const NAME_SERVICES = 'hosts: files dns\n';

/** The dynamic linker's folder, as the executables of x86-64 name it. */
const LINKER_OF_AMD64 = { name: 'lib64', leadsTo: 'lib' };

export interface RuntimeParts {
  readonly platform: Platform;
  /** The unpacked npm package that holds Node's binary. */
  readonly nodeFolder: string;
  readonly system: System;
}

/** Writes what the runtime's layer has besides the system's libraries, into the empty folder `root`. */
export function writeRuntimeFiles(
  root: string,
  { platform, nodeFolder, system }: RuntimeParts,
): void {
  const path = (...names: readonly string[]) => {
    const file = join(root, ...names);
    mkdirSync(dirname(file), { recursive: true });
    return file;
  };
  const node = strippedElf(readFileSync(join(nodeFolder, 'bin', 'node')));
  writeFileSync(path('usr', 'bin', 'node'), node, { mode: 0o755 });
  copyFileSync(join(nodeFolder, 'LICENSE'), path('usr', 'share', 'doc', 'node', 'copyright'));
  writeFileSync(path('etc', 'nsswitch.conf'), NAME_SERVICES);
  // Node looks for the system's roots there, and complains on standard error where there is no folder.
  mkdirSync(path('etc', 'ssl', 'certs'), { recursive: true });
  // Scanners look here for the packages of an image that has no package manager.
  for (const { name, stanza } of system.packages) {
    writeFileSync(path('var', 'lib', 'dpkg', 'status.d', name), `${stanza}\n`);
  }
  if (platform.architecture === 'amd64') {
    symlinkSync(LINKER_OF_AMD64.leadsTo, path(LINKER_OF_AMD64.name));
  }
  levelFiles(root, RUNTIME_TIME);
}
