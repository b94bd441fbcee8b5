import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../support/network/own-network.ts';

/** A file system of its own at a folder, for which nobody need care who has files open there. */
export interface SmallDisk extends AsyncDisposable {
  /** Leaves no room. */
  fill(): void;
  makeRoom(): void;
}

const PAGE = Buffer.alloc(4_096);
const PAGES = 64;

export async function smallDisk(folder: string): Promise<SmallDisk> {
  mkdirSync(folder, { recursive: true });
  await command('mount', '-t', 'tmpfs', '-o', `size=${PAGES * PAGE.length}`, 'tmpfs', folder);
  const filler = join(folder, 'filler');
  return {
    fill() {
      // Page after page, so that not even the last one is left.
      try {
        for (let page = 0; page < PAGES; page += 1) writeFileSync(filler, PAGE, { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    makeRoom: () => rmSync(filler),
    [Symbol.asyncDispose]: async () => void (await command('umount', '--lazy', folder)),
  };
}
