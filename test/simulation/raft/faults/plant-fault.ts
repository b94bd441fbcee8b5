import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { FAULTS } from './faults.ts';

/** Loaded before a simulation: plants the fault that `FAULT` names in the code that is loaded after it. */
const fault = FAULTS.find(({ title }) => title === process.env['FAULT']);
if (fault === undefined) throw new Error('FAULT names no fault');

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(`/src/raft/core/${fault.file}`)) return loaded;
    const source = readFileSync(new URL(url), 'utf8');
    if (source.split(fault.from).length !== 2) throw new Error(`${fault.from} is not there once`);
    return { ...loaded, source: source.replace(fault.from, () => fault.to) };
  },
});
