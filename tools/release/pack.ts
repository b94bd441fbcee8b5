import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, gzipSync } from 'node:zlib';
import { levelFiles } from '../images/level-files.ts';
import { Failure } from '../servers/failure.ts';
import { run } from '../servers/run.ts';

/** Of nobody, sorted, in a format that has no fields for more than one time. */
const SAME_EVERYWHERE = ['--format=ustar', '--sort=name', '--owner=0', '--group=0'] as const;

/**
 * Packs what is in `folder` into a tar file that depends on names and contents alone; modes and times
 * there are levelled.
 * @param seconds the time of everything in it, since 1970
 * @throws Failure with what tar said
 */
export async function pack(folder: string, file: string, seconds: number): Promise<void> {
  levelFiles(folder, seconds);
  const names = readdirSync(folder).sort();
  const args = ['-c', ...SAME_EVERYWHERE, '--numeric-owner', '-f', file, '-C', folder, ...names];
  const { ok, tail } = await run('tar', args);
  if (!ok) throw new Failure(`${file} cannot be packed, which takes GNU tar: ${tail}`);
}

/** As `pack`, compressed by gzip, whose header has neither a name nor a time. */
export async function packCompressed(folder: string, file: string, seconds: number): Promise<void> {
  const plain = `${file}.tar`;
  await pack(folder, plain, seconds);
  const bytes = readFileSync(plain);
  rmSync(plain);
  writeFileSync(file, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
}
