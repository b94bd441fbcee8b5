/**
 * Makes a release twice, here and in a copy of the checkout elsewhere, and fails where they differ.
 * The second time another clock, another language and another umask are set. Settings: release.ts.
 */
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder } from '../images/remove-folder.ts';
import { Failure } from '../servers/failure.ts';
import { run } from '../servers/run.ts';
import { step } from '../servers/step.ts';
import { CHECKSUMS, differences } from './checksums.ts';
import { copyPackages, copySources } from './copied-checkout.ts';
import { makeRelease } from './make-release.ts';
import { type ReleaseSettings, readReleaseSettings } from './settings.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..');

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  const settings = await readReleaseSettings(process.env, CHECKOUT);
  const [here, there] = [await makeRelease(settings, CHECKOUT), await madeElsewhere(settings)];
  const [one, other] = [here, there].map((folder) => readFileSync(join(folder, CHECKSUMS), 'utf8'));
  compare(one ?? '', other ?? '');
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`release-check: ${error.message}`);
  process.exitCode = 1;
}

async function madeElsewhere({ platforms }: ReleaseSettings): Promise<string> {
  const [{ time, revision }] = platforms;
  const folder = mkdtempSync(join(CHECKOUT, 'dist', '.release-check-'));
  process.once('exit', () => removeFolder(folder));
  const copy = join(folder, 'another', 'checkout');
  mkdirSync(copy, { recursive: true });
  const env = {
    ...process.env,
    SOURCE_DATE_EPOCH: String(time),
    REVISION: revision,
    TZ: 'Pacific/Kiritimati',
    LC_ALL: 'C',
  };
  const script =
    'umask 027 && tools/node tools/build.ts && exec tools/node tools/release/release.ts';
  const what = 'Making it once more, of a copy of the checkout: as long as the first time';
  const { ok, tail } = await step(what, 'second release', async () => {
    await copySources(CHECKOUT, copy);
    await copyPackages(CHECKOUT, copy);
    return await run('sh', ['-c', script], { cwd: copy, env });
  });
  if (!ok) throw new Failure(`the second release failed: ${tail}`);
  return join(copy, 'dist', 'release');
}

function compare(one: string, other: string): void {
  const different = differences(one, other);
  if (different.length > 0) {
    const cause = 'where SBOMs are among them, packages of the base may have changed meanwhile';
    throw new Failure(`not the same twice: ${different.join(', ')} (${cause}: run it again)`);
  }
  console.log(`\n${one}\nThe same twice, byte for byte; it is in dist/release`);
}
