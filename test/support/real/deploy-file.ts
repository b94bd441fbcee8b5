import { fileURLToPath } from 'node:url';

/** The path of one of the quick start's manifests: tests install what a user installs. */
export function deployFile(name: string): string {
  return fileURLToPath(new URL(`../../../deploy/quick-start/${name}`, import.meta.url));
}
