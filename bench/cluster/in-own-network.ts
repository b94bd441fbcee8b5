import { fileURLToPath } from 'node:url';
import { type Remote, startRemote } from '../rig/remote.ts';
import type { Values } from '../scenarios/scenario.ts';
import type { RunMessage } from './process.ts';

/** The process in whose network the controllers' machines are. */
export type PlayProcess = Remote<RunMessage, Values>;

/** @throws where no network of one's own can be had, or a server cannot be started */
export function startInOwnNetwork(initPort: number): Promise<PlayProcess> {
  const enter = pathOf('../../tools/in-own-network');
  return startRemote({
    name: 'the process with the controllers’ network',
    words: [enter, process.execPath, pathOf('process.ts'), String(initPort)],
    env: process.env,
  });
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
