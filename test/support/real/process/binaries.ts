import { cachedPath, pathOfObtained } from '../../../../tools/servers/cache.ts';
import type { Server } from '../../../../tools/servers/server.ts';
import { type ServerName, servers } from '../../../../tools/servers/table.ts';

/**
 * The executable of a real server: the one that its environment variable names, else the one that
 * `make servers` put into the cache.
 * @throws Error in one line, saying what is missing and what to do.
 */
export function findBinary(name: ServerName): string {
  const server: Server = servers[name];
  const found = pathOfObtained(server, process.env);
  if (found) return found;
  const path = cachedPath(server, process.env);
  const advice = `run 'make servers', or name one in ${server.env}`;
  throw new Error(`${name} ${server.version} is missing (no ${path}): ${advice}`);
}
