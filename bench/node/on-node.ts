import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  bringUp,
  builtArchives,
  commandOnNode,
  load,
  requirements,
  takeDown,
} from '../../e2e/cluster/cluster.ts';
import { Failure } from '../../tools/servers/failure.ts';
import { type Remote, startRemote } from '../rig/remote.ts';
import type { WaveOrder, WaveResult } from './wave.ts';

/** The process that starts pods on the cluster. */
export type NodeProcess = Remote<WaveOrder, WaveResult>;

/** @throws Failure in one line, saying what to do, where there can be no cluster */
export function requireNode(): void {
  requirements();
  requireImages();
}

/** @throws Failure in one line, saying what to do */
export function requireImages(): void {
  if (builtArchives().length === 0) throw new Failure('there are no images: run `make images`');
}

/** Brings up a cluster of one node for this alone, which goes with it. */
export async function startOnNode(): Promise<NodeProcess> {
  process.env['E2E_STATE'] ??= join(tmpdir(), 'kubernetes-vault-bench');
  await using undo = new AsyncDisposableStack();
  undo.defer(takeDown);
  await bringUp(false);
  for (const archive of builtArchives()) await load(archive);
  const process_ = fileURLToPath(new URL('process.ts', import.meta.url));
  const command = commandOnNode([process.execPath, process_]);
  const remote: NodeProcess = undo.use(
    await startRemote<WaveOrder, WaveResult>({ name: 'the process on the node', ...command }),
  );
  const kept = undo.move();
  return { ...remote, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
