/**
 * Plays what scenarios do to several controllers, one run for each message of its parent, in a network
 * of its own: tools/in-own-network starts it.
 */
import { failoverRun } from '../failover/run.ts';
import { serveParent } from '../rig/serve-parent.ts';
import type { Values } from '../scenarios/scenario.ts';
import { stallRun } from '../stall/run.ts';
import type { Engine } from './election.ts';
import { type Elections, electionsRun } from './elections.ts';
import { type Rest, restRun } from './rest.ts';
import { type Stage, setStage } from './stage.ts';

/** What is done to fresh controllers in one run. */
export type Play =
  | { readonly kind: 'failover'; readonly engine: Engine }
  | { readonly kind: 'stall'; readonly engine: Engine }
  | ({ readonly kind: 'elections' } & Elections)
  | ({ readonly kind: 'rest' } & Rest);

/** What the parent asks for: one run; `folder`, an empty one, takes what the programs print and keep. */
export interface RunMessage {
  readonly folder: string;
  readonly play: Play;
}

await serveParent<RunMessage, Values>(async () => {
  const stage = await setStage(Number(process.argv[2]));
  return {
    versions: stage.rig.versions,
    answer: (message) => run(stage, message),
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
});

function run(stage: Stage, { folder, play }: RunMessage): Promise<Values> {
  switch (play.kind) {
    case 'failover':
      return failoverRun(stage, folder, play.engine);
    case 'stall':
      return stallRun(stage, folder, play.engine);
    case 'elections':
      return electionsRun(stage, folder, play);
    case 'rest':
      return restRun(stage, folder, play);
  }
}
