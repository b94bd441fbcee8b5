import type { Member } from './member.ts';
import { settled } from './settled.ts';
import type { Fleet, Stage } from './stage.ts';

/**
 * Plays with fresh controllers, all of which are ready, and ends them afterwards. `folder` takes what
 * they print and keep.
 * @throws what `play` throws, or that a controller ended by itself
 */
export async function withFleet<T>(
  stage: Stage,
  folder: string,
  fleet: Fleet,
  play: (members: readonly Member[]) => Promise<T>,
): Promise<T> {
  await stage.clear();
  const members = await stage.members(folder, fleet);
  try {
    await Promise.all(members.map((member) => member.start()));
    await settled(members);
    return await Promise.race([play(members), ...members.map(({ failed }) => failed)]);
  } finally {
    await Promise.all(members.map((member) => member.end('SIGKILL')));
  }
}
