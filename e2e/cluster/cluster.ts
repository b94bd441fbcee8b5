import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findBinary } from '../../test/support/real/process/binaries.ts';
import { until } from '../../test/support/until.ts';
import { requireSpace } from '../../tools/servers/disk-space.ts';
import { Failure } from '../../tools/servers/failure.ts';
import { groups } from '../../tools/servers/groups.ts';
import { runHere } from './another-cluster.ts';
import { removeCgroups } from './cgroups.ts';
import { importImages } from './import-images.ts';
import { files, logOf, stateFolder } from './layout.ts';
import { createNamespaces, entering, isHeld, removeNamespaces } from './namespaces.ts';
import { searchPath } from './programs.ts';

const READY_WITHIN_MS = 5 * 60_000;
const NEEDS_MEGABYTES = 3_000;
const ARCHIVES = join(import.meta.dirname, '..', '..', 'dist', 'images');

/** Whether there is a cluster that is ready. */
export function isUp(): boolean {
  return isHeld() && existsSync(files.ready());
}

/**
 * Brings up a cluster of one node, after it has removed what an earlier run may have left.
 * @param outliving whether the cluster stays when this process ends
 * @throws Failure in a few lines where that is not possible here
 */
export async function bringUp(outliving: boolean): Promise<void> {
  requirements();
  await takeDown();
  await requireSpace(dirname(stateFolder()), NEEDS_MEGABYTES, 'a cluster');
  const holder = createNamespaces(outliving);
  const hasEnded = () => holder.exitCode !== null || holder.signalCode !== null;
  const settled = () => existsSync(files.ready()) || hasEnded();
  await until('the cluster is ready', settled, READY_WITHIN_MS).catch(() => undefined);
  if (existsSync(files.ready())) return;
  const lines = readFileSync(logOf('cluster'), 'utf8').trimEnd().split('\n').slice(-20);
  throw new Failure(`the cluster did not come up: ${stateFolder()}/logs\n${lines.join('\n')}`);
}

/** Ends the cluster and removes all of it; nothing happens if there is none. */
export async function takeDown(): Promise<void> {
  await removeNamespaces();
  removeCgroups();
}

/** Runs a command on the node, as its administrator; gives its exit code. */
export function runOnNode(words: readonly string[]): Promise<number> {
  const command = commandOnNode(words);
  return runHere(command.words, command.env);
}

/** What to run here, and with which environment, to run a command on the node as its administrator. */
export function commandOnNode(words: readonly string[]) {
  const KUBECONFIG = files.adminKubeconfig();
  const own = { E2E_OWN_CLUSTER: 'yes', E2E_STATE: stateFolder() };
  const env = { ...process.env, ...own, KUBECONFIG, PATH: searchPath() };
  return { words: [...entering(), ...words], env };
}

/** The archives that `make images` has built. */
export function builtArchives(): string[] {
  return globSync('*.tar', { cwd: ARCHIVES }).map((name) => join(ARCHIVES, name));
}

/** Gives the node the images of an archive: pods find them under their names, and pull nothing. */
export function load(archive: string): Promise<void> {
  return importImages(archive, entering());
}

/** @throws Failure or Error in one line where no cluster can be brought up */
export function requirements(): void {
  if (process.getuid?.() !== 0) {
    throw new Failure('a cluster takes root here; E2E_KUBECONFIG names another cluster instead');
  }
  for (const name of groups['e2e'] ?? []) findBinary(name);
}
