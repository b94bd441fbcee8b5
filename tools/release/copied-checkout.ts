import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../servers/failure.ts';
import { run } from '../servers/run.ts';

/**
 * Copies a checkout's sources as they are, with what is not committed: what git knows, or could know.
 * @throws Failure if git cannot say
 */
export async function copySources(checkout: string, folder: string): Promise<void> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { ok, stdout, tail } = await run('git', args, { cwd: checkout });
  if (!ok) throw new Failure(`git must say which files are the sources: ${tail}`);
  for (const name of stdout.split('\0')) {
    // It knows those that are deleted, too.
    if (name === '' || !existsSync(join(checkout, name))) continue;
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(join(checkout, name), file);
  }
}

/**
 * Copies the installed packages into another checkout, whose files are the same ones where they can be.
 * @throws Failure with what cp said
 */
export async function copyPackages(checkout: string, folder: string): Promise<void> {
  const paths = [join(checkout, 'node_modules'), folder];
  if ((await run('cp', ['-al', ...paths])).ok) return;
  const { ok, tail } = await run('cp', ['-a', ...paths]);
  if (!ok) throw new Failure(`the installed packages cannot be copied: ${tail}`);
}
