import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Failure } from './failure.ts';
import type { Server } from './server.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder, outside of every checkout, that holds each server in a folder of its own. */
export function cacheFolder(env: Environment): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kubernetes-vault', 'servers');
}

/** Where a server's executable is kept once it has been obtained. */
export function cachedPath(server: Server, env: Environment): string {
  return join(cacheFolder(env), `${server.name}-${server.version}`, server.file);
}

/**
 * The executable that the server's environment variable names, if it is set.
 * @throws Failure if it names none.
 */
export function pathFromEnvironment(server: Server, env: Environment): string | undefined {
  const path = env[server.env];
  if (!path) return undefined;
  if (!isExecutable(path)) throw new Failure(`${server.env}=${path} is not an executable file`);
  return path;
}

/**
 * The server's executable that is here already: the one that its environment variable names, else an
 * installed one where Debian's will do, else the one in the cache.
 * @throws Failure if the variable names none.
 */
export function pathOfObtained(server: Server, env: Environment): string | undefined {
  const given = pathFromEnvironment(server, env);
  if (given) return given;
  const installed = server.source.kind === 'debian' ? pathOfInstalled(server.file, env) : undefined;
  return installed ?? [cachedPath(server, env)].find(isExecutable);
}

/** The executable of that name which the machine has, as a shell would find it. */
export function pathOfInstalled(name: string, env: Environment): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Whether `path` is a file that may be run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
