import { cpSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { IMAGES } from '../images/programs.ts';
import { packCompressed } from './pack.ts';
import type { Place } from './place.ts';
import { tool } from './tool.ts';

/** What `kubectl apply -f` takes, of which folders of deploy/: whole ones, and a component by itself. */
const RENDERED = {
  base: { resources: ['base'] },
  'quick-start': { resources: ['quick-start'] },
  'secured-external-ca': { resources: ['secured-external-ca'] },
  monitoring: { components: ['monitoring'] },
} as const;

/** What overlays of one's own are written over. */
const SOURCES = [
  'base',
  'components',
  'examples',
  'monitoring',
  'quick-start',
  'secured-external-ca',
];

/** Of a folder in which people try things out, keys and tokens stay where they are. */
const KINDS = ['', '.yaml', '.yml', '.json', '.hcl', '.md'];

/**
 * Renders the manifests, and packs what they are rendered from: components, and what else changes
 * with the configuration, take an overlay.
 */
export async function releaseManifests(place: Place): Promise<void> {
  const folder = join(place.content, 'manifests');
  mkdirSync(folder, { recursive: true });
  for (const [name, parts] of Object.entries(RENDERED)) {
    writeFileSync(join(folder, `${name}.yaml`), await rendered(name, parts, place));
  }
  const sources = join(place.scratch, 'sources');
  for (const name of SOURCES) {
    const from = join(place.checkout, 'deploy', name);
    const filter = (path: string) => KINDS.includes(extname(path));
    cpSync(from, join(sources, 'deploy', name), { recursive: true, filter });
  }
  await packCompressed(sources, join(folder, `deploy-${place.version}.tgz`), place.time);
}

type Parts = Readonly<Record<string, readonly string[]>>;

/** The folders as kustomize renders them, with the names that the images have. */
async function rendered(name: string, parts: Parts, place: Place): Promise<string> {
  const { checkout, scratch, prefix } = place;
  const overlay = join(realpathSync(scratch), `render-${name}`);
  mkdirSync(overlay);
  const deploy = relative(overlay, realpathSync(join(checkout, 'deploy')));
  const kustomization = {
    ...Object.fromEntries(
      Object.entries(parts).map(([kind, names]) => [kind, names.map((of) => join(deploy, of))]),
    ),
    images: IMAGES.map((image) => ({ name: image.name, newName: `${prefix}${image.name}` })),
  };
  writeFileSync(join(overlay, 'kustomization.yaml'), JSON.stringify(kustomization));
  return await tool('kubectl', ['kustomize', overlay], scratch);
}
