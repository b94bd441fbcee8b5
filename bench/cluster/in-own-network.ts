import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Rig } from '../rig/rig.ts';
import type { Values } from '../scenarios/scenario.ts';
import type { PlayMessage, RunMessage } from './process.ts';

/** The process in whose network the controllers' machines are. */
export interface PlayProcess extends AsyncDisposable {
  readonly versions: Rig['versions'];
  /**
   * Has it do one run.
   * @throws what went wrong there
   */
  run(message: RunMessage): Promise<Values>;
}

/** @throws where no network of one's own can be had, or a server cannot be started */
export async function startInOwnNetwork(initPort: number): Promise<PlayProcess> {
  const enter = pathOf('../../tools/in-own-network');
  const args = [process.execPath, pathOf('process.ts'), String(initPort)];
  const child = spawn(enter, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const died = ended.then(([code, signal]) => {
    throw new Error(`the process with the controllers’ network ended with ${signal ?? code}`);
  });
  died.catch(() => {});
  const answer = async () => {
    const [message] = (await Promise.race([once(child, 'message'), died])) as [PlayMessage];
    if (message.kind === 'failed') throw new Error(message.reason);
    return message;
  };
  const stop = async () => {
    if (child.connected) child.disconnect();
    await ended;
  };
  try {
    const ready = await answer();
    return {
      versions: ready.kind === 'ready' ? ready.versions : [],
      async run(message) {
        child.send(message);
        const done = await answer();
        return done.kind === 'values' ? done.values : {};
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
