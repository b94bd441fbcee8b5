import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './process/at-end.ts';

const folders = new Set<ScratchFolder>();

atEnd(() => {
  for (const folder of folders) folder.remove();
});

/** A temporary folder that is gone when the process ends, unless it is kept. */
export class ScratchFolder {
  readonly path: string;

  constructor(name: string) {
    this.path = mkdtempSync(join(tmpdir(), `kubernetes-vault-${name}-`));
    folders.add(this);
  }

  /** The path of a file in it. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Leaves it for a person to look at. */
  keep(): void {
    folders.delete(this);
  }

  remove(): void {
    folders.delete(this);
    // A server that was killed a moment ago may still be writing.
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}
