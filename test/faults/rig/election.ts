import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { ConfigChange } from '../../support/installation/config.ts';
import type { ScratchFolder } from '../../support/real/scratch-folder.ts';
import type { Figures } from './figures.ts';

export type Engine = 'lease' | 'raft';

/** By which engine the controllers elect who acts: ELECTION, as in their configuration. */
export const ENGINE: Engine = engineOf(process.env['ELECTION'] || 'lease');

function engineOf(name: string): Engine {
  if (name === 'lease' || name === 'raft') return name;
  throw new Error(`ELECTION is ${name}, and not lease or raft`);
}

export interface ElectionSetup {
  /** What a controller's configuration says of it. */
  readonly configs: Readonly<Record<Engine, NonNullable<ConfigChange['election']>>>;
  readonly secrets: readonly string[];
}

/** How controllers with a common folder are told to elect. */
export function electionIn(folder: ScratchFolder): ElectionSetup {
  const key = randomBytes(32).toString('base64');
  const keyFile = folder.file('cluster.key');
  writeFileSync(keyFile, `${key}\n`, { mode: 0o600 });
  const raft = { election: 'raft', cluster: { keyFile } };
  return { configs: { lease: { election: 'lease' }, raft }, secrets: [key] };
}

/**
 * Compares why the Lease was taken each time with what the engine makes of it. A Raft leader that leads
 * no more releases the Lease while the next one is elected: either may be first.
 */
export function expectWays(
  { ways }: Pick<Figures, 'ways'>,
  expected: Readonly<Record<Engine, RegExp>>,
): void {
  assert.match(ways.join(' '), expected[ENGINE]);
}
