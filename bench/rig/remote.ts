import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Rig } from './rig.ts';

/** A process that measures where this one is not, in another network; see `serve-parent.ts`. */
export interface Remote<Request, Result> extends AsyncDisposable {
  readonly versions: Rig['versions'];
  /**
   * Has it do one thing; the next one is asked for when it is done.
   * @throws what went wrong there
   */
  ask(request: Request): Promise<Result>;
}

/** How such a process is started. */
export interface RemoteCommand {
  /** What it is called in errors. */
  readonly name: string;
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** What such a process tells its parent. */
export type Told<Result> =
  | { readonly kind: 'ready'; readonly versions: Rig['versions'] }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly reason: string };

/** @throws what kept it from being ready */
export async function startRemote<Request extends object, Result>({
  name,
  words: [program = '', ...args],
  env,
}: RemoteCommand): Promise<Remote<Request, Result>> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const died = ended.then(([code, signal]) => {
    throw new Error(`${name} ended with ${signal ?? code}`);
  });
  died.catch(() => {});
  const answer = async <Kind extends 'ready' | 'done'>(kind: Kind) => {
    const [told] = (await Promise.race([once(child, 'message'), died])) as [Told<Result>];
    if (told.kind === 'failed') throw new Error(told.reason);
    if (told.kind !== kind) throw new Error(`${name} said ${told.kind}, not ${kind}`);
    return told as Extract<Told<Result>, { kind: Kind }>;
  };
  const stop = async () => {
    if (child.connected) child.disconnect();
    await ended;
  };
  try {
    const { versions } = await answer('ready');
    return {
      versions,
      async ask(request) {
        child.send(request);
        return (await answer('done')).result;
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
