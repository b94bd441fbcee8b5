import {
  cachedPath,
  isExecutable,
  pathFromEnvironment,
  pathOfInstalled,
} from '../../../../tools/servers/cache.ts';
import type { Server } from '../../../../tools/servers/server.ts';
import { type ServerName, servers } from '../../../../tools/servers/table.ts';

/**
 * The executable of a real server: the one that its environment variable names, else the one that
 * `make servers` put into the cache.
 * @throws Error in one line, saying what is missing and what to do.
 */
export function findBinary(name: ServerName): string {
  const server: Server = servers[name];
  const given = pathFromEnvironment(server, process.env);
  if (given) return given;
  const { source, file } = server;
  const installed = source.kind === 'debian' ? pathOfInstalled(file, process.env) : undefined;
  if (installed) return installed;
  const path = cachedPath(server, process.env);
  if (isExecutable(path)) return path;
  const advice = `run 'make servers', or name one in ${server.env}`;
  throw new Error(`${name} ${server.version} is missing (no ${path}): ${advice}`);
}
