import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file, among the bundles, in which tools/build.ts says which packages each of them contains. */
export const PACKAGES_FILE = 'packages.json';

/** The folders of the npm packages, as `node_modules/pino`, of which these bundles have any code. */
export function bundledPackages(checkout: string, bundles: readonly string[]): string[] {
  const text = readFileSync(join(checkout, 'dist', PACKAGES_FILE), 'utf8');
  const packages = JSON.parse(text) as Record<string, string[]>;
  const all = bundles.flatMap((bundle) => {
    const folders = packages[bundle];
    if (folders === undefined) throw new Error(`dist/${PACKAGES_FILE} says nothing of ${bundle}`);
    return folders;
  });
  return [...new Set(all)].sort();
}

/** What of esbuild's metafile tells which files a bundle has code of. */
export interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }
    >
  >;
}

/** The folders of the packages that have at least a byte in what was bundled. */
export function packagesOf({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
    .filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort();
}
