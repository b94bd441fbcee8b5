/**
 * Plays the failover scenario's runs, one for each message of its parent, in a network of its own:
 * tools/in-own-network starts it.
 */
import type { Rig } from '../rig/rig.ts';
import type { Values } from '../scenarios/scenario.ts';
import { failoverRun } from './run.ts';
import { setStage } from './stage.ts';

/** What the parent asks for: one run; `folder` takes what the programs print. */
export interface RunMessage {
  readonly folder: string;
}

/** What the parent is told. */
export type FailoverMessage =
  | { readonly kind: 'ready'; readonly versions: Rig['versions'] }
  | { readonly kind: 'values'; readonly values: Values }
  | { readonly kind: 'failed'; readonly reason: string };

await main(Number(process.argv[2])).catch(fail);

async function main(initPort: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  process.on('disconnect', over.resolve);
  await using stage = await setStage(initPort);
  process.on('message', ({ folder }: RunMessage) => {
    failoverRun(stage, folder).then((values) => tell({ kind: 'values', values }), fail);
  });
  tell({ kind: 'ready', versions: stage.rig.versions });
  await over.promise;
}

function tell(message: FailoverMessage): void {
  process.send?.(message);
}

function fail(error: unknown): void {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const because = cause instanceof Error ? `: ${cause.message}` : '';
  tell({ kind: 'failed', reason: `${message}${because}` });
}
