import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Feeding, feeding } from '../../../../src/gossip/node/feeding.ts';
import type { Serf } from '../../../../src/gossip/serf/serf.ts';
import type { SerfAction, SerfInput } from '../../../../src/gossip/serf/surface.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

/** Answers each input by two actions, and wants to be woken `everyMs` after the last one. */
function aSerf(everyMs: number): Serf & { readonly heard: string[] } {
  let last = 0;
  const heard: string[] = [];
  const event = (name: string): SerfAction => ({ kind: 'event', name, payload: new Uint8Array() });
  return {
    heard,
    step(input, now) {
      last = now;
      const name = input.kind === 'event' ? input.name : input.kind;
      heard.push(`${now} ${name}`);
      return [event(`${name}/1`), event(`${name}/2`)];
    },
    nextWake: () => last + everyMs,
    members: () => [],
  };
}

const say = (name: string): SerfInput => ({ kind: 'event', name, payload: new Uint8Array() });
const nameOf = (action: SerfAction) => (action.kind === 'event' ? action.name : action.kind);

test('what is fed while something is carried out waits until that is done', () => {
  const done: string[] = [];
  const feeder: Feeding = feeding(aSerf(1_000), virtualClock(), (action) => {
    done.push(nameOf(action));
    if (nameOf(action) === 'a/1') feeder.feed(say('b'));
  });
  feeder.feed(say('a'));
  assert.deepEqual(done, ['a/1', 'a/2', 'b/1', 'b/2']);
});

test('it is woken when it wants to be, and not any more once it is stopped', () => {
  const clock = virtualClock();
  const serf = aSerf(300);
  const feeder = feeding(serf, clock, () => {});
  feeder.feed(say('a'));
  clock.advance(700);
  feeder.stop();
  feeder.feed(say('b'));
  clock.advance(10_000);
  assert.deepEqual(serf.heard, ['0 a', '300 wake', '600 wake']);
});

test('when what is carried out ends it, nothing more is carried out', () => {
  const done: string[] = [];
  const feeder: Feeding = feeding(aSerf(300), virtualClock(), (action) => {
    done.push(nameOf(action));
    feeder.stop();
  });
  feeder.feed(say('a'));
  assert.deepEqual(done, ['a/1']);
});

test('what cannot be carried out does not keep the next from being so', () => {
  const done: string[] = [];
  const feeder = feeding(aSerf(300), virtualClock(), (action) => {
    if (nameOf(action) === 'a/1') throw new Error('not this one');
    done.push(nameOf(action));
  });
  assert.throws(() => feeder.feed(say('a')), /not this one/);
  feeder.feed(say('b'));
  assert.deepEqual(done, ['b/1', 'b/2']);
});
