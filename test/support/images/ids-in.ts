import { findEngine } from '../../../tools/images/engine/find-engine.ts';
import { removeFolder } from '../../../tools/images/remove-folder.ts';
import { run } from '../../../tools/servers/run.ts';

/**
 * The ids by which buildah knows images once it has loaded them, by their names, out of an archive.
 * @param scratch a folder for what it keeps, which is removed again
 * @throws Error with what it said, where it finds one of them not
 */
export async function idsIn(
  archive: string,
  names: readonly string[],
  scratch: string,
): Promise<string[]> {
  const { command, env } = await findEngine({ ...process.env, ENGINE: 'buildah' }, scratch);
  const [program, ...words] = command;
  const ids: string[] = [];
  for (const name of names) {
    const args = [...words, 'pull', '--quiet', `docker-archive:${archive}:${name}`];
    const { ok, stdout, tail } = await run(program, args, { env });
    if (!ok) throw new Error(tail);
    ids.push(`sha256:${stdout.trim()}`);
  }
  removeFolder(scratch);
  return ids;
}
