import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApiServer } from '../../../src/sim/api-server/api-server.ts';
import { apiHandler } from '../../../src/sim/api-server/handler.ts';
import { KINDS } from '../../../src/sim/api-server/kinds.ts';
import { type Handler, send } from '../../../src/sim/exchange.ts';
import { type Fault, faultPlan, withFaults } from '../../../src/sim/faults.ts';
import { ask, askWhole } from '../../../src/sim/in-memory.ts';
import { aPod } from '../../support/kube/pods.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { simRequest } from '../../support/sim-requests.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const GET = simRequest('GET', '/things?limit=5');

/** A server that counts what it has done, and answers `hello`. */
function helloServer() {
  const clock = virtualClock();
  const plan = faultPlan(seededRandom(1));
  let served = 0;
  const hello: Handler = (_request, responder) => {
    served += 1;
    send(responder, 200, 'hello');
  };
  return { clock, plan, handler: withFaults(hello, plan, clock), served: () => served };
}

/** All that a client gets to see, in order. */
function told(handler: Handler, request = GET): string[] {
  const seen: string[] = [];
  ask(handler, request, {
    head: (status) => seen.push(String(status)),
    bytes: (bytes) => seen.push(bytes.toString()),
    end: () => seen.push('end'),
    lost: () => seen.push('lost'),
  });
  return seen;
}

test('each kind of fault does to a request what it says', () => {
  const cases: [Fault, string[], number][] = [
    [{ kind: 'drop' }, ['lost'], 0],
    [{ kind: 'lose' }, ['lost'], 1],
    [{ kind: 'hang' }, [], 0],
    [{ kind: 'delay', ms: 10 }, [], 0],
    [{ kind: 'answer', status: 503, body: 'sealed' }, ['503', 'sealed', 'end'], 0],
    [{ kind: 'answer', status: 429 }, ['429', 'end'], 0],
    [{ kind: 'cut', atByte: 3 }, ['200', 'hel', 'lost'], 1],
    [{ kind: 'cut', atByte: 0 }, ['200', '', 'lost'], 1],
    [{ kind: 'cut', atByte: 5 }, ['200', 'hello', 'end'], 1],
  ];
  for (const [fault, expected, served] of cases) {
    const server = helloServer();
    server.plan.order({ fault });
    assert.deepEqual(told(server.handler), expected, JSON.stringify(fault));
    assert.equal(server.served(), served, JSON.stringify(fault));
  }
});

test('a delayed request is served when its time has come, and not at all if the client hangs up', async () => {
  const { clock, plan, handler, served } = helloServer();
  plan.order({ fault: { kind: 'delay', ms: 100 } });
  const answer = askWhole(handler, GET);
  const nothing = () => {};
  const hangUp = ask(handler, GET, { head: nothing, bytes: nothing, end: nothing, lost: nothing });
  clock.advance(99);
  assert.equal(served(), 0);
  hangUp();
  clock.advance(1);
  assert.equal((await answer).body, 'hello');
  assert.equal(served(), 1);
});

test('a watch whose connection a fault breaks is over for the server too', () => {
  for (const fault of [{ kind: 'lose' }, { kind: 'cut', atByte: 10 }] as const) {
    const clock = virtualClock();
    const api = createApiServer(clock, seededRandom(1));
    const plan = faultPlan(seededRandom(1));
    plan.order({ fault });
    const handler = withFaults(apiHandler(api), plan, clock);
    told(handler, simRequest('GET', '/api/v1/pods?watch=true'));
    api.put(KINDS.pods, aPod().build());
    assert.deepEqual([api.watchCount(), clock.nextWake()], [0, undefined], fault.kind);
  }
});

test('an order hits only what it names, after letting pass, and so often as it says', () => {
  const { plan, handler } = helloServer();
  const url = /^\/things/;
  plan.order({ method: 'GET', url, after: 1, times: 2, fault: { kind: 'drop' } });
  assert.deepEqual(told(handler, simRequest('POST', '/things')).at(-1), 'end');
  assert.deepEqual(told(handler, simRequest('GET', '/other')).at(-1), 'end');
  const ends = [1, 2, 3, 4].map(() => told(handler).at(-1));
  assert.deepEqual(ends, ['end', 'lost', 'lost', 'end']);
});

test('an order is withdrawn by what it gave back, and all are by clear', () => {
  const { plan, handler } = helloServer();
  const withdraw = plan.order({ fault: { kind: 'drop' } });
  plan.order({ fault: { kind: 'answer', status: 500 } });
  assert.deepEqual(told(handler), ['lost']);
  withdraw();
  assert.deepEqual(told(handler), ['500', 'end']);
  plan.clear();
  assert.deepEqual(told(handler), ['200', 'hello', 'end']);
});

test('a probability hits about its share of the requests, the same ones for the same seed', () => {
  const run = () => {
    const { plan, handler } = helloServer();
    plan.order({ probability: 0.25, fault: { kind: 'drop' } });
    return Array.from({ length: 2_000 }, () => told(handler).at(-1));
  };
  const first = run();
  const share = first.filter((end) => end === 'lost').length / first.length;
  assert.ok(share > 0.2 && share < 0.3, `${share}`);
  assert.deepEqual(run(), first);
});
