/**
 * Plays what scenarios do to several controllers, one run for each message of its parent, in a network
 * of its own: tools/in-own-network starts it.
 */
import { failoverRun } from '../failover/run.ts';
import type { Rig } from '../rig/rig.ts';
import type { Values } from '../scenarios/scenario.ts';
import type { Engine } from './election.ts';
import { type Elections, electionsRun } from './elections.ts';
import { type Rest, restRun } from './rest.ts';
import { type Stage, setStage } from './stage.ts';

/** What is done to fresh controllers in one run. */
export type Play =
  | { readonly kind: 'failover'; readonly engine: Engine }
  | ({ readonly kind: 'elections' } & Elections)
  | ({ readonly kind: 'rest' } & Rest);

/** What the parent asks for: one run; `folder`, an empty one, takes what the programs print and keep. */
export interface RunMessage {
  readonly folder: string;
  readonly play: Play;
}

/** What the parent is told. */
export type PlayMessage =
  | { readonly kind: 'ready'; readonly versions: Rig['versions'] }
  | { readonly kind: 'values'; readonly values: Values }
  | { readonly kind: 'failed'; readonly reason: string };

await main(Number(process.argv[2])).catch(fail);

async function main(initPort: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  process.on('disconnect', over.resolve);
  await using stage = await setStage(initPort);
  process.on('message', (message: RunMessage) => {
    run(stage, message).then((values) => tell({ kind: 'values', values }), fail);
  });
  tell({ kind: 'ready', versions: stage.rig.versions });
  await over.promise;
}

function run(stage: Stage, { folder, play }: RunMessage): Promise<Values> {
  switch (play.kind) {
    case 'failover':
      return failoverRun(stage, folder, play.engine);
    case 'elections':
      return electionsRun(stage, folder, play);
    case 'rest':
      return restRun(stage, folder, play);
  }
}

function tell(message: PlayMessage): void {
  process.send?.(message);
}

function fail(error: unknown): void {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const because = cause instanceof Error ? `: ${cause.message}` : '';
  tell({ kind: 'failed', reason: `${message}${because}` });
}
