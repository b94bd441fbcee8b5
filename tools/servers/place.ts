import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from './failure.ts';

const prefix = '.half-made-';
const abandonedAfterMs = 6 * 60 * 60 * 1000;
const halfMade = new Set<string>();

process.once('exit', () => {
  for (const folder of halfMade) rmSync(folder, { recursive: true, force: true });
});

/**
 * Makes the folder `target` by one rename at the end, so that nobody ever sees it half made: `make`
 * fills `content` and may use `scratch` for anything else. When two runs do this at the same time,
 * the first to finish wins and the other's work is dropped.
 */
export async function placeAtOnce(
  target: string,
  make: (content: string, scratch: string) => Promise<void>,
): Promise<void> {
  const parent = dirname(target);
  mkdirSync(parent, { recursive: true });
  removeAbandoned(parent);
  const scratch = mkdtempSync(join(parent, prefix));
  halfMade.add(scratch);
  try {
    const content = join(scratch, 'content');
    mkdirSync(content);
    await make(content, scratch);
    renameUnlessThere(content, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    halfMade.delete(scratch);
  }
}

function renameUnlessThere(content: string, target: string): void {
  try {
    renameSync(content, target);
  } catch (error) {
    const taken = ['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '');
    if (!taken) throw error;
  }
}

/** Removes what a run that was killed left behind; its age tells it from one still at work. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(parent, name);
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > abandonedAfterMs) rmSync(folder, { recursive: true, force: true });
  }
}
