import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RaftEnvironment } from '../subjects/subject.ts';

/** How controllers elect who acts. */
export type Engine = 'lease' | 'raft';

/**
 * What each controller of one cluster is given for its election. `folder` takes the key that they
 * share, and what each keeps from one process to the next.
 */
export function electionIn(
  folder: string,
  engine: Engine,
): (controller: string) => RaftEnvironment | undefined {
  if (engine === 'lease') return () => undefined;
  const keyFile = join(folder, 'cluster.key');
  writeFileSync(keyFile, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  return (controller) => ({ keyFile, raftDir: join(folder, `${controller}-raft`) });
}
