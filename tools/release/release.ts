/**
 * Makes in dist/release what a cluster needs that reaches no registry: docs/guide/release.md. Settings
 * come from the environment, as for `make images`; PLATFORM may name several, with commas.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../servers/failure.ts';
import { CHECKSUMS } from './checksums.ts';
import { makeRelease } from './make-release.ts';
import { readReleaseSettings } from './settings.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..');

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  const settings = await readReleaseSettings(process.env, CHECKOUT);
  const release = await makeRelease(settings, CHECKOUT);
  console.log(`\n${readFileSync(join(release, CHECKSUMS), 'utf8')}`);
  const [{ revision }] = settings.platforms;
  const isCommit = /^[0-9a-f]{40}$/.test(revision);
  console.log(
    `The release is in dist/release, of ${isCommit ? 'commit' : 'no commit:'} ${revision}`,
  );
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`release: ${error.message}`);
  process.exitCode = 1;
}
