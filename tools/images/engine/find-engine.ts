import { join } from 'node:path';
import { buildahEnvironment } from '../../servers/buildah.ts';
import { pathOfInstalled } from '../../servers/cache.ts';
import { Failure, messageOf } from '../../servers/failure.ts';
import { obtained } from '../../servers/obtained.ts';
import { run } from '../../servers/run.ts';
import { ENGINES, type Engine, type EngineName } from './engine.ts';

/** Engines that are never fetched. */
type InstalledEngine = Exclude<EngineName, 'buildah'>;

const INSTALLED = ['docker', 'podman'] as const satisfies readonly InstalledEngine[];

/** What tells that an engine can work: docker's program is often there without its daemon. */
const WORKS: Readonly<Record<InstalledEngine, readonly string[]>> = {
  docker: ['version', '--format={{.Server.Version}}'],
  podman: ['info'],
};

/** Buildah alone would need programs that map several users; files of one are all that is copied. */
const AS_ROOT_OF_OWN_USERS = ['unshare', '--user', '--map-root-user'] as const;

/**
 * Finds what builds images: the one that ENGINE names, else docker or podman where they work, else
 * buildah, which is fetched where it is missing.
 * @param scratch where buildah keeps its settings and images
 * @throws Failure if the one that is named does not work
 */
export async function findEngine(env: NodeJS.ProcessEnv, scratch: string): Promise<Engine> {
  const wanted = env['ENGINE'];
  if (wanted) return await namedEngine(wanted, env, scratch);
  for (const name of INSTALLED) {
    const engine = await workingEngine(name, env);
    if (engine) return engine;
  }
  return await ownBuildah(env, scratch);
}

async function namedEngine(name: string, env: NodeJS.ProcessEnv, scratch: string) {
  if (name === 'buildah') return await ownBuildah(env, scratch);
  const known = INSTALLED.find((engine) => engine === name);
  if (!known) throw new Failure(`ENGINE=${name}: it is one of ${ENGINES.join(', ')}`);
  const engine = await workingEngine(known, env);
  if (engine) return engine;
  const check = `${name} ${WORKS[known].join(' ')}`;
  throw new Failure(`ENGINE=${name} does not work here: '${check}' says why`);
}

async function workingEngine(
  name: InstalledEngine,
  env: NodeJS.ProcessEnv,
): Promise<Engine | undefined> {
  const path = pathOfInstalled(name, env);
  if (path === undefined) return undefined;
  const { ok } = await run(path, WORKS[name], { env });
  // Provenance would make every build another one.
  return ok
    ? { name, command: [path], env: { ...env, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' } }
    : undefined;
}

/** A buildah that reads no settings of this machine and leaves no images there. */
async function ownBuildah(env: NodeJS.ProcessEnv, scratch: string): Promise<Engine> {
  const path = await ownPath(env);
  return {
    name: 'buildah',
    command: process.getuid?.() === 0 ? [path] : [...AS_ROOT_OF_OWN_USERS, path],
    env: buildahEnvironment(join(scratch, 'buildah')),
  };
}

async function ownPath(env: NodeJS.ProcessEnv): Promise<string> {
  try {
    return await obtained('buildah', env);
  } catch (error) {
    const why = messageOf(error);
    throw new Failure(`there is neither docker nor podman that works here, nor buildah: ${why}`);
  }
}
