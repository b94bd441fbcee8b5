import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/support/until.ts';
import type { Engine } from '../cluster/election.ts';
import type { Member } from '../cluster/member.ts';
import { settled } from '../cluster/settled.ts';
import type { Stage } from '../cluster/stage.ts';
import { monotonicMs } from '../rig/monotonic.ts';
import type { Values } from '../scenarios/scenario.ts';
import { firstPush, type RunRecord, type Stretch, silenceIn, unserved } from './record.ts';
import { type Scene, underLoad } from './under-load.ts';

/** Pods are served for so long before anything happens, and after each thing that does. */
const CALM_MS = 1_000;
/** A leader renews its Lease once in this time: what is done to it comes at any time of that. */
const RENEWAL_MS = 1_000;
const TAKEOVER_WITHIN_MS = 20_000;

/** What is done to the leader; resolves as soon as it is done, whatever comes of it. */
type Harm = (leader: Member) => Promise<void>;

/** A takeover: how long until another pushed, and the stretch of it. */
interface Takeover extends Stretch {
  readonly takeoverMs: number;
}

/** One run: three fresh controllers, and one thing after the other done to them while pods arrive. */
export function failoverRun(stage: Stage, folder: string, engine: Engine): Promise<Values> {
  return underLoad(stage, folder, engine, disturb);
}

async function disturb(scene: Scene): Promise<Values> {
  await sleep(CALM_MS);
  const kill = await takeover(scene, async (leader) => leader.end('SIGKILL'));
  const stop = await takeover(scene, async (leader) => {
    leader.end('SIGTERM').catch(() => {});
  });
  const vanish = await takeover(scene, (leader) => leader.machine.unplug());
  const rolling = await restartEach(scene);
  const record = await scene.arrivals.end();
  return {
    ...takeoverValues('kill', record, kill),
    ...takeoverValues('stop', record, stop),
    ...takeoverValues('vanish', record, vanish),
    ...rollingValues(record, rolling),
    lost: unserved(record.pods),
  };
}

async function takeover(scene: Scene, harm: Harm): Promise<Takeover> {
  const { stage, members, arrivals } = scene;
  const leader = await stage.leader(members);
  await sleep(randomInt(RENEWAL_MS));
  const from = monotonicMs();
  await harm(leader);
  const next = await until(
    'another controller pushes',
    () => firstPush(arrivals.pods, from, leader.machine.address),
    TAKEOVER_WITHIN_MS,
  );
  await sleep(CALM_MS);
  const to = monotonicMs();
  await leader.revive();
  await settled(members);
  await sleep(CALM_MS);
  return { from, to, takeoverMs: next - from };
}

/** As a StatefulSet's rolling update does: the next one is stopped when the one before is ready again. */
async function restartEach({ members }: Scene): Promise<Stretch> {
  const from = monotonicMs();
  for (const member of members) {
    await member.end('SIGTERM');
    await member.start();
  }
  await sleep(CALM_MS);
  return { from, to: monotonicMs() };
}

function takeoverValues(what: string, record: RunRecord, takeover: Takeover): Values {
  const { longestWait, duplicates } = silenceIn(record, takeover);
  return {
    [`${what}-wait`]: longestWait,
    [`${what}-takeover`]: takeover.takeoverMs,
    [`${what}-duplicates`]: duplicates,
  };
}

function rollingValues(record: RunRecord, stretch: Stretch): Values {
  const { longestWait, p99Wait, duplicates } = silenceIn(record, stretch);
  return {
    'rolling-wait': longestWait,
    'rolling-p99': p99Wait,
    'rolling-duplicates': duplicates,
  };
}
