import { readFileSync } from 'node:fs';

/** Written into the bundles by tools/build.ts. */
declare const BUILD_VERSION: string | undefined;

/** The program's version: package.json's, at the time of the build or, running from its sources, now. */
export function version(): string {
  if (typeof BUILD_VERSION === 'string') return BUILD_VERSION;
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
