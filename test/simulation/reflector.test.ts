import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DEFAULT_REFLECTOR_SETTINGS,
  type ReflectorInput,
} from '../../src/kube/reflector/messages.ts';
import { createReflector } from '../../src/kube/reflector/reflector.ts';
import { createApiServer } from '../../src/sim/api-server/api-server.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { podChurn } from './pod-churn.ts';
import { podKnowledge } from './pod-knowledge.ts';
import { unreliableApi, type Weather } from './unreliable-api.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A reflector on an API server in memory, with everything between them that can go wrong. */
function world(seed: number) {
  const random = seededRandom(seed);
  const clock = virtualClock();
  const server = createApiServer(clock, random);
  const weather: Weather = { faults: 0, away: false };
  const churn = podChurn(server, random);
  const knowledge = podKnowledge(() => churn.truth());
  const reflector = createReflector({ ...DEFAULT_REFLECTOR_SETTINGS, pageLimit: 3 });
  let cancelWake = () => {};
  const feed = (input: ReflectorInput) => {
    for (const action of reflector.step(input, clock.now(), random())) {
      if (action.kind === 'emit') knowledge.take(action.event);
      if (action.kind === 'list') api.list(action.request, action.query);
      if (action.kind === 'watch') api.watch(action.request, action.query);
      if (action.kind === 'abort') api.abort(action.request);
    }
    cancelWake();
    const at = reflector.nextWake();
    if (at !== undefined) cancelWake = clock.callAt(at, () => feed({ kind: 'wake' }));
  };
  const api = unreliableApi({ server, clock, random, weather, feed });
  return {
    random,
    clock,
    server,
    weather,
    churn,
    knowledge,
    api,
    start: () => feed({ kind: 'wake' }),
  };
}

type World = ReturnType<typeof world>;

/** Ten minutes of changes, and of whatever happens to API servers and to the way there. */
function storm({ random, clock, server, weather, churn }: World): void {
  const end = clock.now() + 10 * MINUTE;
  while (clock.now() < end) {
    clock.advance(random() * 2 * SECOND);
    if (random() < 0.8) churn.change();
    const dice = random();
    if (dice < 0.01) server.expireHistory();
    else if (dice < 0.02) server.endWatches('closed');
    else if (dice < 0.03) server.endWatches('broken');
    else if (dice < 0.04) server.endWatches('expired');
    else if (dice < 0.05) weather.away = true;
    else if (dice < 0.1) weather.away = false;
    else if (dice < 0.12) weather.faults = random() * 0.6;
  }
}

function truthOf({ churn }: World): Map<string, number> {
  return new Map([...churn.truth()].map(([uid, { write }]) => [uid, write]));
}

function mostInAMinute(times: readonly number[]): number {
  let [most, from] = [0, 0];
  for (const [to, time] of times.entries()) {
    while ((times[from] ?? time) < time - MINUTE) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

const SEEDS = 150;

test(`S2 S7 through any storm nothing is missed and nothing old is told (${SEEDS} seeds)`, () => {
  let [relists, finished] = [0, 0];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const here = world(seed);
    for (let change = 0; change < 40; change++) here.churn.change();
    here.start();
    storm(here);
    Object.assign(here.weather, { faults: 0, away: false });
    // A watch that hangs is noticed after 6.5 minutes at most, twice before all is listed again.
    here.clock.advance(20 * MINUTE);
    assert.deepEqual(here.knowledge.pods(), truthOf(here), `seed ${seed}`);

    for (let change = 0; change < 20; change++) here.churn.change();
    here.clock.advance(SECOND);
    assert.deepEqual(here.knowledge.pods(), truthOf(here), `seed ${seed}: the watch tells at once`);
    relists += here.knowledge.syncs().started - 1;
    finished += here.knowledge.syncs().finished;
    const most = mostInAMinute(here.api.requestTimes);
    assert.ok(most < 300, `seed ${seed}: ${most} requests in a minute`);
  }
  assert.ok(relists > SEEDS, `the storms caused ${relists} relists`);
  assert.ok(finished > SEEDS);
});

test('S7 a server that is away for a minute is found again within seconds, and nothing is missed', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const here = world(seed);
    here.start();
    here.clock.advance(10 * SECOND);
    here.weather.away = true;
    here.server.endWatches('broken');
    const before = here.api.requestTimes.length;
    for (let second = 0; second < 60; second++) {
      here.churn.change();
      here.clock.advance(SECOND);
    }
    assert.ok(here.api.requestTimes.length - before < 30, 'it is not asked all the time');
    here.weather.away = false;
    here.clock.advance(6 * SECOND);
    assert.deepEqual(here.knowledge.pods(), truthOf(here), `seed ${seed}`);
    assert.equal(here.knowledge.syncs().started, 1, 'no relist: the watch is resumed');
  }
});

test('S2 S3 in quiet hours there is one watch every 4 to 6 minutes, and no other request', () => {
  const here = world(1);
  for (let change = 0; change < 40; change++) here.churn.change();
  here.start();
  here.clock.advance(MINUTE);
  const before = here.api.requestTimes.length;
  here.clock.advance(600 * MINUTE);
  const requests = here.api.requestTimes.length - before;
  assert.ok(requests >= 100 && requests <= 150, `${requests} requests in ten hours`);
});
