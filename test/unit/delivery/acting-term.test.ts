import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aCustomer } from '../../support/delivery/customers.ts';
import {
  aTerm,
  CONNECT_MS,
  isStoppedAfter,
  POD_MS,
  type Running,
  running,
  VAULT_MS,
} from '../../support/delivery/running-delivery.ts';

const WEB = aCustomer();

test('S43 as soon as the term is known to be over nothing begins any more', async () => {
  const here = running();
  here.sees(WEB);
  here.abort();
  await here.clock.advanceAsync(60_000);
  here.sees(WEB.named('web-2').at('10.0.0.2'));
  assert.deepEqual(here.calls, ['mint', 'destroy']);
});

const AWAKENINGS: readonly [what: string, wake: (here: Running) => void][] = [
  ['an event of the watch', ({ sees }) => sees(WEB.named('web-2').at('10.0.0.2'))],
  ['nothing but timers', () => {}],
];
for (const [what, wake] of AWAKENINGS) {
  test(`S44 a process that was paused beyond its term does nothing on what it believed: first comes ${what}`, async () => {
    const here = running();
    here.sees(WEB);
    here.lapse();
    wake(here);
    await here.clock.advanceAsync(60_000);
    assert.deepEqual(here.calls, ['mint', 'destroy']);
  });
}

test('S44 a push whose connection stands after the term’s end is not sent, and its token destroyed', async () => {
  const here = running();
  here.sees(WEB);
  await here.clock.advanceAsync(VAULT_MS);
  here.lapse();
  await here.clock.advanceAsync(60_000);
  assert.deepEqual(here.calls, ['mint', 'push', 'destroy']);
});

test('S40 what was sent before the term’s end is waited for', async () => {
  const here = running();
  here.sees(WEB);
  await here.clock.advanceAsync(VAULT_MS + CONNECT_MS);
  here.abort();
  await here.clock.advanceAsync(POD_MS);
  assert.deepEqual(here.calls, ['mint', 'push', 'send']);
  assert.ok(here.told().includes('pushed'));
});

test('S40 a new term begins after the old one, whose end is of no more matter', async () => {
  const here = running();
  here.abort();
  here.sees(WEB);
  const second = aTerm();
  here.runner.act(second.term);
  here.lapse();
  await here.clock.advanceAsync(VAULT_MS + CONNECT_MS);
  assert.deepEqual(here.calls, ['mint', 'push', 'send']);
});

test('S40 a term that replaces one which was not known to be over begins with nothing unsent', async () => {
  const here = running();
  here.sees(WEB);
  await here.clock.advanceAsync(VAULT_MS);
  const second = aTerm();
  here.runner.act(second.term);
  here.abort();
  await here.clock.advanceAsync(1_000);
  assert.equal(here.calls.filter((call) => call === 'send').length, 1);
});

for (const end of ['abort', 'lapse'] as const) {
  test(`S40 a term that is over before it begins (${end}) is none`, async () => {
    const here = running();
    here.abort();
    const second = aTerm();
    second[end]();
    here.runner.act(second.term);
    here.sees(WEB);
    await here.clock.advanceAsync(60_000);
    assert.deepEqual(here.calls, []);
  });
}

test('S41 who is told to stop acts in no later term', async () => {
  const here = running();
  assert.ok(await isStoppedAfter(here, 0));
  here.runner.act(aTerm().term);
  here.sees(WEB);
  await here.clock.advanceAsync(60_000);
  assert.deepEqual(here.calls, []);
});

test('S41 pushes that are being connected for finish though the lead is given up meanwhile', async () => {
  const here = running();
  here.sees(WEB);
  await here.clock.advanceAsync(VAULT_MS);
  const stopped = here.runner.stop(5_000);
  here.abort();
  here.lapse();
  await here.clock.advanceAsync(CONNECT_MS + POD_MS);
  await stopped;
  assert.deepEqual(here.calls, ['mint', 'push', 'send']);
});

test('S44 a process that is paused amid its hand-over sends nothing after the time for that', async () => {
  const here = running();
  here.sees(WEB);
  await here.clock.advanceAsync(VAULT_MS);
  void here.runner.stop(0.5);
  await here.clock.advanceAsync(60_000);
  assert.deepEqual(here.calls, ['mint', 'push', 'destroy']);
});
