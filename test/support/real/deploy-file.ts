import { fileURLToPath } from 'node:url';

/** The path of a file of deploy/, such as `base/rbac.yaml`: tests install what a user installs. */
export function deployFile(name: string): string {
  return fileURLToPath(new URL(`../../../deploy/${name}`, import.meta.url));
}
