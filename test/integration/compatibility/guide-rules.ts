import { readFileSync } from 'node:fs';
import { type KubeObject, readObjects } from './manifest.ts';

const GUIDE = new URL('../../../docs/guide/migrating.md', import.meta.url);
const BLOCK = /```yaml\n([^`]*kind: RoleBinding\n[^`]*)```/;

/** The objects that docs/guide/migrating.md has one add to the original's, for an installation in this namespace. */
export function rulesOfTheGuide(namespace: string): KubeObject[] {
  const block = BLOCK.exec(readFileSync(GUIDE, 'utf8'))?.[1];
  if (block === undefined) throw new Error('docs/guide/migrating.md shows no rules');
  return readObjects(block.replaceAll('namespace: default', `namespace: ${namespace}`));
}
