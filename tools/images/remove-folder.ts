import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** Removes a folder in which buildah has kept images: its user may not write each folder there. */
export function removeFolder(path: string): void {
  spawnSync('chmod', ['-R', 'u+rwX', path], { stdio: 'ignore' });
  rmSync(path, { recursive: true, force: true });
}
