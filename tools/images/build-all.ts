import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { step } from '../servers/step.ts';
import { systemOfBase } from './base-system.ts';
import { type Built, buildProgram, type Runtime } from './build-program.ts';
import { localName } from './engine/engine.ts';
import { findBase } from './engine/find-base.ts';
import { findEngine } from './engine/find-engine.ts';
import { readLock } from './lock.ts';
import { writeProgramFiles } from './program-files.ts';
import { IMAGES } from './programs.ts';
import { RUNTIME_TIME } from './runtime/fixed-time.ts';
import { nodePackage } from './runtime/node-package.ts';
import { writeRuntimeFiles } from './runtime/runtime-files.ts';
import type { Settings } from './settings.ts';
import {
  buildTarget,
  containerfiles,
  contextFolder,
  type Folders,
  type Workshop,
} from './workshop.ts';

/**
 * Builds every image.
 * @throws Failure in one line, if something is missing or the engine fails
 */
export async function buildAll(
  settings: Settings,
  folders: Folders,
  env: NodeJS.ProcessEnv,
): Promise<Built[]> {
  const workshop = await openWorkshop(settings, folders, env);
  const { name } = workshop.engine;
  console.log(`Building with ${name} for linux/${settings.platform.architecture}`);
  const runtime = await step('Building the layer that all share: about 10 seconds', 'runtime', () =>
    buildRuntime(workshop),
  );
  const built: Built[] = [];
  for (const image of IMAGES) {
    const of = contextFolder(folders);
    writeProgramFiles(join(of, image.target), image, folders.checkout, settings.time);
    const what = `Building ${image.name}: a few seconds`;
    built.push(await step(what, image.name, () => buildProgram(workshop, image, runtime)));
  }
  return built;
}

async function openWorkshop(
  settings: Settings,
  folders: Folders,
  env: NodeJS.ProcessEnv,
): Promise<Workshop> {
  const { platform, base: wanted } = settings;
  const { checkout, output, scratch } = folders;
  mkdirSync(contextFolder(folders), { recursive: true });
  const engine = await findEngine(env, scratch);
  const search = { engine, platform, wanted, output, scratch };
  const base = await findBase({ ...search, containerfiles: containerfiles(folders) });
  return { settings, folders, engine, lock: readLock(checkout), base };
}

async function buildRuntime(workshop: Workshop): Promise<Runtime> {
  const { settings, folders, engine, lock } = workshop;
  const { platform } = settings;
  const system = await systemOfBase(workshop);
  const nodeFolder = await nodePackage(folders.checkout, platform, lock, folders.scratch);
  const root = join(contextFolder(folders), 'runtime', platform.architecture);
  mkdirSync(root, { recursive: true });
  writeRuntimeFiles(root, { platform, nodeFolder, system });
  const tag = localName(engine, `kubernetes-vault-runtime:${platform.architecture}`);
  await buildTarget(workshop, { target: 'runtime', tag, time: RUNTIME_TIME });
  return { tag, system };
}
