import { setTimeout as sleep } from 'node:timers/promises';
import { APPS } from '../../e2e/support/apps.ts';
import { eventually } from '../../e2e/support/eventually.ts';
import { kubectl } from '../../e2e/support/kubectl.ts';
import { until } from '../../test/support/until.ts';
import { type Api, type ApiAccess, createApi } from '../rig/api.ts';
import { type Watch, watchLines } from '../rig/watch-lines.ts';
import { LABEL, type PodKind, podOf, type Template } from './pod-kinds.ts';
import type { RuntimeEvents } from './runtime-events.ts';
import { type Sighting, see } from './sightings.ts';
import { type Way, wayOf } from './way.ts';

/** Some pods that are created at the same moment. */
export interface WaveOrder {
  readonly kind: PodKind;
  readonly count: number;
}

/** What became of them. */
export interface WaveResult {
  /** Of the pods that came to run without a fault, in no order. */
  readonly ways: readonly Way[];
  /** From the first request to the last app that was seen to run, in milliseconds. */
  readonly allRun: number;
}

/** What all waves share. */
export interface Ground {
  readonly access: ApiAccess;
  readonly template: Template;
  readonly runtime: RuntimeEvents;
  nextName(): string;
}

/** As many connections as pods that are ever posted at once. */
const CONNECTIONS = 64;
const RUN_WITHIN_MS = 180_000;
/** More than any one wave is known to have taken. */
const WATCHES = 10;
const GONE_WITHIN_MS = 120_000;
/** What the node does after the last pod is gone from the API is over by then: so long, and for each pod. */
const SETTLE_MS = 500;
const SETTLE_MS_PER_POD = 50;
const PODS = `/api/v1/namespaces/${APPS}/pods`;
const SELECTOR = encodeURIComponent(`${LABEL.name}=${LABEL.value}`);

/** Creates pods, waits until their apps run, says how they got there, and removes them. */
export async function runWave(ground: Ground, { kind, count }: WaveOrder): Promise<WaveResult> {
  const { access, template, nextName } = ground;
  const sightings = new Map<string, Sighting>();
  using api = createApi(access, CONNECTIONS);
  using watch = watchPods(access, sightings);
  const names = Array.from({ length: count }, nextName);
  const bodies = names.map((name) => [name, JSON.stringify(podOf(kind, name, template))] as const);
  const posted = await post(api, bodies);
  const allRun = () => sightings.size === count && [...sightings.values()].every(doesRun);
  await Promise.race([until(`${count} pods run`, allRun, RUN_WITHIN_MS), watch.failed]);
  const result = await resultOf(ground, posted, sightings);
  await api.send('DELETE', `${PODS}?labelSelector=${SELECTOR}`);
  await eventually('they are gone', noneLeft, GONE_WITHIN_MS);
  await sleep(SETTLE_MS + count * SETTLE_MS_PER_POD);
  return result;
}

/**
 * Keeps the sightings up to date. An API server that is short of time ends the watch of a client:
 * the next one begins with all pods as they are.
 */
function watchPods(access: ApiAccess, sightings: Map<string, Sighting>): Watch {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const path = `${PODS}?watch=1&labelSelector=${SELECTOR}`;
  let [left, isOver] = [WATCHES, false];
  const open = () => {
    left -= 1;
    const watch = watchLines(access, path, (line) => see(sightings, line, wallClock()));
    watch.failed.catch((error) => {
      if (left === 0) reject(error);
      else if (!isOver) current = open();
    });
    return watch;
  };
  let current = open();
  return {
    failed,
    [Symbol.dispose]() {
      isOver = true;
      current[Symbol.dispose]();
    },
  };
}

async function noneLeft(): Promise<boolean> {
  const which = [`--namespace=${APPS}`, `--selector=${LABEL.name}=${LABEL.value}`];
  return (await kubectl('get', 'pods', ...which, '--output=name')) === '';
}

/** When each was sent, by its name. */
async function post(api: Api, bodies: readonly (readonly [string, string])[]) {
  const posted = new Map<string, number>();
  const creations = bodies.map(([name, body]) =>
    api.send('POST', PODS, body, () => posted.set(name, wallClock())),
  );
  await Promise.all(creations);
  return posted;
}

async function resultOf(
  { runtime }: Ground,
  posted: ReadonlyMap<string, number>,
  sightings: ReadonlyMap<string, Sighting>,
): Promise<WaveResult> {
  const ways: Way[] = [];
  for (const [name, sighting] of sightings) {
    if (sighting.faulty) continue;
    const { initId = '', appId = '' } = sighting;
    ways.push(
      wayOf({
        posted: posted.get(name) ?? Number.NaN,
        sighting,
        init: runtime.lifeOf(initId),
        app: runtime.lifeOf(appId),
        // A wave is read after it, and more than one pod's log would take long.
        listening: sightings.size === 1 ? await listeningOf(name) : undefined,
      }),
    );
  }
  const first = Math.min(...posted.values());
  const last = Math.max(...[...sightings.values()].map(({ appSeen = Number.NaN }) => appSeen));
  return { ways, allRun: last - first };
}

/** What the init container says when it listens. */
const LISTENS = /^(\S+) .*"waiting for the controller to push/m;

/** As the runtime has stamped it in the init container's log. */
async function listeningOf(pod: string): Promise<number | undefined> {
  const which = [`--namespace=${APPS}`, pod, '--all-containers', '--timestamps'];
  const [, time] = LISTENS.exec(await kubectl('logs', ...which)) ?? [];
  return time === undefined ? undefined : Date.parse(time);
}

function doesRun({ appSeen }: Sighting): boolean {
  return appSeen !== undefined;
}

/** In milliseconds, with fractions: what the runtime stamps is compared with it. */
function wallClock(): number {
  return performance.timeOrigin + performance.now();
}
