import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sanitize } from '../base/sanitize.ts';
import { about, type Finding } from './finding.ts';

/** Whether this process may write to a directory, or make it. */
export type RaftDirFacts =
  | { readonly kind: 'writable' }
  /** `code` is the system's; `path` is the directory, or what of its path there is. */
  | { readonly kind: 'not-writable'; readonly path: string; readonly code: string };

export async function gatherRaftDir(path: string): Promise<RaftDirFacts> {
  try {
    await access(path, constants.W_OK | constants.X_OK);
    return { kind: 'writable' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const parent = dirname(path);
    if (code === 'ENOENT' && parent !== path) return gatherRaftDir(parent);
    return { kind: 'not-writable', path, code };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
};

/** Without it no Raft server runs, and this controller never acts. */
export function judgeRaftDir(facts: RaftDirFacts, raftDir: string): Finding {
  const it = about('raft.dir');
  if (facts.kind === 'writable') return it.ok(`${sanitize(raftDir)} can be written`);
  const { path, code } = facts;
  const reason = REASONS[code] ?? `the system says ${sanitize(code)}`;
  const remedy = `mount a volume at ${sanitize(raftDir)} that the user of the controller may write to`;
  return it.failed(`Raft can keep nothing in ${sanitize(path)}: ${reason}`, remedy);
}

/** What this machine has of a directory says something of the controller in its pod alone. */
export async function examineRaftDir(
  raftDir: string | undefined,
  inPod: boolean,
): Promise<Finding[]> {
  if (raftDir === undefined) return [];
  if (!inPod) return [about('raft.dir').skipped('it can be looked at in the pod alone')];
  return [judgeRaftDir(await gatherRaftDir(raftDir), raftDir)];
}
