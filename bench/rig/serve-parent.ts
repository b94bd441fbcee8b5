import type { Told } from './remote.ts';
import type { Rig } from './rig.ts';

/** What a process does for its parent, from when it is ready. */
export interface Service<Request, Result> extends AsyncDisposable {
  readonly versions: Rig['versions'];
  answer(request: Request): Promise<Result>;
}

/** The part of a `Remote` that runs in the process: serves its parent until that lets go of it. */
export async function serveParent<Request, Result>(
  open: () => Promise<Service<Request, Result>>,
): Promise<void> {
  const tell = (told: Told<Result>) =>
    new Promise((resolve) => process.send?.(told, undefined, undefined, resolve));
  const fail = (error: unknown) => tell({ kind: 'failed', reason: reasonOf(error) });
  const over = Promise.withResolvers<void>();
  process.on('disconnect', over.resolve);
  try {
    await using service = await open();
    process.on('message', (request: Request) => {
      service.answer(request).then((result) => tell({ kind: 'done', result }), fail);
    });
    await tell({ kind: 'ready', versions: service.versions });
    await over.promise;
  } catch (error) {
    await fail(error);
  }
  // What was being waited for when the parent let go would go on for as long as its deadline.
  process.exit();
}

function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
