import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { playScript } from '../../../support/raft/raft-script.ts';

const FOLDER = new URL('golden/', import.meta.url);
/** Writes what the core does now into the scripts: for a change that is meant, to be read in the diff. */
const isToBeWritten = process.env['UPDATE_GOLDEN'] === '1';

for (const name of readdirSync(FOLDER).sort()) {
  const file = new URL(name, FOLDER);
  const golden = readFileSync(file, 'utf8');
  const title = golden.split('\n', 1)[0]?.replace(/^# /, '');
  test(`${title} (${name})`, () => {
    const played = playScript(golden);
    if (isToBeWritten) writeFileSync(file, played);
    else assert.equal(played, golden);
  });
}
