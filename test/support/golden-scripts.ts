import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

/** Writes what is done now into the scripts: for a change that is meant, to be read in the diff. */
const isToBeWritten = process.env['UPDATE_GOLDEN'] === '1';

/**
 * A test for each script in `folder`, named by its first line: what `play` makes of it must be the
 * script itself. `within` goes before the file's name in the title.
 */
export function testGoldenScripts(
  folder: URL,
  play: (script: string) => string,
  within = '',
): void {
  for (const name of readdirSync(folder).sort()) {
    const file = new URL(name, folder);
    const golden = readFileSync(file, 'utf8');
    const title = golden.split('\n', 1)[0]?.replace(/^# /, '');
    test(`${title} (${within}${name})`, () => {
      const played = play(golden);
      if (isToBeWritten) writeFileSync(file, played);
      else assert.equal(played, golden);
    });
  }
}
