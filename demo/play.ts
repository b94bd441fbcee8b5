import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from './progress.ts';
import type { Screen } from './screen.ts';
import type { Scene, Stage } from './stage.ts';

const FRAME_MS = 60;
/** So that a person can read why a pod waits before it is helped. */
const READING_MS = 2_000;
/** Far longer than it takes: then something is broken. */
const LONGEST_MS = 30_000;

/**
 * Lets the pods enter, kills the controller that acts, and shows what becomes of all: until each pod
 * has its token or has failed, or until it has taken too long. A pod that waits for a person's help
 * gets it last.
 */
export async function perform(stage: Stage, screen: Screen): Promise<Scene> {
  const endsAt = performance.now() + LONGEST_MS;
  const all = Promise.all([stage.enterAll(), stage.killLeaderHalfWay()]);
  // Until it is awaited, a failure has to wait for the frame that is being shown.
  all.catch(() => undefined);
  await showUntil(stage, screen, endsAt, (pods) => pods.every(hasComeToRest));
  await all;
  const hindered = stage.scene().pods.filter(({ state }) => state === 'hindered');
  if (hindered.length > 0) {
    await showUntil(stage, screen, performance.now() + READING_MS, () => false);
    for (const { part } of hindered) await stage.correctAnnotation(part);
    await showUntil(stage, screen, endsAt, (pods) => pods.every(hasEnded));
  }
  return stage.scene();
}

async function showUntil(
  stage: Stage,
  screen: Screen,
  endsAt: number,
  isEnough: (pods: readonly Progress[]) => boolean,
): Promise<void> {
  for (;;) {
    const scene = stage.scene();
    screen.show(scene);
    if (isEnough(scene.pods) || performance.now() >= endsAt) return;
    await sleep(FRAME_MS);
  }
}

function hasEnded({ state }: Progress): boolean {
  return state === 'served' || state === 'failed';
}

function hasComeToRest(pod: Progress): boolean {
  return hasEnded(pod) || pod.state === 'hindered';
}
