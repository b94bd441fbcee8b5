import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { afterEach } from 'node:test';
import { inspect } from 'node:util';
import { faultOf } from './planted-fault.ts';

/** Loaded before a test: plants the fault of the environment in the code that is loaded after it. */
const { file, from, to } = faultOf(process.env['PLANTED_FAULT']);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(`/${file}`)) return loaded;
    const source = readFileSync(new URL(url), 'utf8');
    if (source.split(from).length !== 2) throw new Error(`${from} is not in ${file} once`);
    return { ...loaded, source: source.replace(from, () => to) };
  },
});

/** One assertion that fails shows the fault: what the other tests would say is not asked. */
afterEach((context) => {
  const error = 'error' in context ? inspect(context.error) : '';
  if (!error.includes('ERR_ASSERTION')) return;
  console.log(error);
  process.exit(1);
});
