import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { playScript } from '../../support/gossip/gossip-script.ts';

/** Writes what is done now into the scripts: for a change that is meant, to be read in the diff. */
const isToBeWritten = process.env['UPDATE_GOLDEN'] === '1';

for (const layer of ['core', 'serf'] as const) {
  const folder = new URL(`${layer}/golden/`, import.meta.url);
  for (const name of readdirSync(folder).sort()) {
    const file = new URL(name, folder);
    const golden = readFileSync(file, 'utf8');
    const title = golden.split('\n', 1)[0]?.replace(/^# /, '');
    test(`${title} (${layer}/${name})`, () => {
      const played = playScript(golden, layer);
      if (isToBeWritten) writeFileSync(file, played);
      else assert.equal(played, golden);
    });
  }
}
