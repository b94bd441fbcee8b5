import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../rig/monotonic.ts';
import { usageOf } from '../rig/process-usage.ts';
import type { Values } from '../scenarios/scenario.ts';
import { linkBytes } from './link-bytes.ts';
import type { Member } from './member.ts';
import { type AtRest, type Count, perSecond } from './per-second.ts';
import type { Fleet, Stage } from './stage.ts';
import { withFleet } from './with-fleet.ts';

/** A fleet that has nothing to do but to agree on who acts. */
export interface Rest {
  readonly fleet: Fleet;
  /** How long it is left alone before it is watched, and how long it is watched. */
  readonly settleSeconds: number;
  readonly watchSeconds: number;
}

/** A watch in which the lead changed tells of neither a leader nor a follower. */
const WATCHES = 3;

/** One run: a fresh fleet, and no pod at all. */
export function restRun(stage: Stage, folder: string, rest: Rest): Promise<Values> {
  return withFleet(stage, folder, rest.fleet, (members) => settleAndWatch(stage, members, rest));
}

async function settleAndWatch(
  stage: Stage,
  members: readonly Member[],
  { settleSeconds, watchSeconds }: Rest,
): Promise<Values> {
  await sleep(settleSeconds * 1_000);
  for (let watch = 1; watch <= WATCHES; watch += 1) {
    const leader = await stage.leader(members);
    const before = members.map(countOf);
    await sleep(watchSeconds * 1_000);
    const after = members.map(countOf);
    if ((await stage.leader(members)) === leader)
      return valuesOf(perSecond(before, after, leader.name));
  }
  throw new Error(`the lead changed in each of ${WATCHES} watches of ${watchSeconds} s`);
}

function valuesOf({ leader, follower }: AtRest): Values {
  return {
    'leader-cpu': leader.cpuMs,
    'follower-cpu': follower.cpuMs,
    'leader-traffic': leader.bytes / 1_000,
    'follower-traffic': follower.bytes / 1_000,
  };
}

/** This process has the other end of each machine's cable, which has the machine's name. */
function countOf(member: Member): Count {
  const bytes = linkBytes().get(member.name);
  if (bytes === undefined) throw new Error(`there is no cable to ${member.name}`);
  return { name: member.name, at: monotonicMs(), cpuMs: usageOf(member.pid()).cpuMs, bytes };
}
