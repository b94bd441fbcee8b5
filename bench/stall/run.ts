import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_TIMES } from '../../src/election/lease/messages.ts';
import { until } from '../../test/support/until.ts';
import type { Engine } from '../cluster/election.ts';
import type { Member } from '../cluster/member.ts';
import { settled } from '../cluster/settled.ts';
import type { Stage } from '../cluster/stage.ts';
import {
  firstPush,
  longestWaitFrom,
  type RunRecord,
  type Stretch,
  silenceIn,
  unserved,
} from '../failover/record.ts';
import { type Scene, underLoad } from '../failover/under-load.ts';
import { monotonicMs } from '../rig/monotonic.ts';
import type { Values } from '../scenarios/scenario.ts';
import { lastActing, type Sighting } from './sightings.ts';

/** The API server stands still for less than a leader may go on without it, or for much longer. */
export const SHORT_MS = 2_000;
export const LONG_MS = 10_000;
/** In the last of the stalls the leader is killed after this, while it still acts. */
const KILL_AFTER_MS = 1_000;
const CALM_MS = 2_000;
const SIGHT_EVERY_MS = 50;
const PUSH_WITHIN_MS = 30_000;

interface StallWish {
  readonly forMs: number;
  readonly killsLeader: boolean;
}

/** What one stall did; the stretch begins when the API server goes on. */
interface Stall extends Stretch {
  /** When the API server was stopped (ms). */
  readonly begin: number;
  /** How long after that a controller was last seen to act (ms). */
  readonly actedFor: number;
  readonly pushMs: number;
  readonly changes: number;
}

/** One run: three fresh controllers, and one stall after the other while pods want to start. */
export async function stallRun(stage: Stage, folder: string, engine: Engine): Promise<Values> {
  try {
    return await underLoad(stage, folder, engine, stallAgainAndAgain);
  } finally {
    stage.rig.api.resumeApiServer();
  }
}

async function stallAgainAndAgain(scene: Scene): Promise<Values> {
  const short = await stall(scene, { forMs: SHORT_MS, killsLeader: false });
  const long = await stall(scene, { forMs: LONG_MS, killsLeader: false });
  const kill = await stall(scene, { forMs: LONG_MS, killsLeader: true });
  const record = await scene.arrivals.end();
  return {
    silent: long.actedFor,
    ...valuesOf('short', record, short),
    ...valuesOf('long', record, long),
    ...valuesOf('kill', record, kill),
    lost: unserved(record.pods),
  };
}

async function stall(scene: Scene, { forMs, killsLeader }: StallWish): Promise<Stall> {
  const { stage, members, arrivals } = scene;
  const { api } = stage.rig;
  // A leader renews its Lease once in that time: a stall begins at any moment of it.
  await sleep(CALM_MS + randomInt(DEFAULT_TIMES.renewEveryMs));
  const leader = await stage.leader(members);
  const changesBefore = await stage.lease.transitions();
  const begin = monotonicMs();
  api.pauseApiServer();
  const killed = killsLeader ? killAfter(leader, KILL_AFTER_MS) : undefined;
  const sightings = await watchActing(members, begin + forMs);
  await killed;
  const from = monotonicMs();
  api.resumeApiServer();
  const pushed = () => firstPush(arrivals.pods, from);
  const push = await until('a controller pushes again', pushed, PUSH_WITHIN_MS);
  await sleep(CALM_MS);
  const to = monotonicMs();
  const changes = (await stage.lease.transitions()) - changesBefore;
  if (killsLeader) await leader.revive();
  await settled(members);
  return { begin, from, to, actedFor: lastActing(sightings, begin), pushMs: push - from, changes };
}

async function killAfter(leader: Member, delayMs: number): Promise<void> {
  await sleep(delayMs);
  await leader.end('SIGKILL');
}

/** Asks all of them again and again whether they act, until that time. */
async function watchActing(members: readonly Member[], end: number): Promise<Sighting[]> {
  const sightings: Sighting[] = [];
  while (monotonicMs() < end) {
    const at = monotonicMs();
    const said = await Promise.all(members.map((member) => member.acts()));
    sightings.push({ at, acting: said.filter(Boolean).length });
    await sleep(Math.max(0, at + SIGHT_EVERY_MS - monotonicMs()));
  }
  return sightings;
}

function valuesOf(what: string, record: RunRecord, stall: Stall): Values {
  const { begin, from, to, pushMs, changes } = stall;
  return {
    [`${what}-push`]: pushMs,
    [`${what}-wait`]: longestWaitFrom(record, { from, to }),
    [`${what}-changes`]: changes,
    [`${what}-duplicates`]: silenceIn(record, { from: begin, to }).duplicates,
  };
}
