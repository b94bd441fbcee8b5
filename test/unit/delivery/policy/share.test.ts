import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Share } from '../../../../src/delivery/policy/share.ts';

function takeAllBy(share: Share, namespace: string): number {
  let taken = 0;
  for (; share.mayTake(namespace); taken += 1) share.take(namespace);
  return taken;
}

test('S17 one namespace takes three quarters of the slots, and two three sevenths each', () => {
  const alone = new Share(1_000);
  assert.equal(takeAllBy(alone, 'a'), 750);

  const shared = new Share(700);
  while (shared.mayTake('a') || shared.mayTake('b')) {
    if (shared.mayTake('a')) shared.take('a');
    if (shared.mayTake('b')) shared.take('b');
  }
  assert.ok(Math.abs(shared.held - 600) <= 2, `${shared.held} of 700 are held`);
});

test('S17 of four slots or more a newcomer always finds one, whatever another namespace holds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 2_000 }), (limit) => {
      const share = new Share(limit);
      takeAllBy(share, 'greedy');
      assert.ok(share.mayTake('newcomer'));
    }),
  );
});

test('S17 no more slots are held than there are, and each that is released can be taken again', () => {
  const namespaces = ['a', 'b', 'c', 'd', 'e'];
  const anyMove = fc.tuple(fc.boolean(), fc.constantFrom(...namespaces));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.array(anyMove), (limit, moves) => {
      const share = new Share(limit);
      const held = new Map(namespaces.map((namespace) => [namespace, 0]));
      for (const [isTake, namespace] of moves) {
        const own = held.get(namespace) ?? 0;
        if (isTake && share.mayTake(namespace)) {
          share.take(namespace);
          held.set(namespace, own + 1);
        }
        if (!isTake && own > 0) {
          share.release(namespace);
          held.set(namespace, own - 1);
        }
        assert.equal(
          share.held,
          [...held.values()].reduce((sum, each) => sum + each, 0),
        );
        assert.ok(share.held <= limit);
      }
      for (const [namespace, own] of held)
        for (let n = own; n > 0; n -= 1) share.release(namespace);
      assert.equal(share.held, 0);
    }),
  );
});

test('S17 to release what is not held is a fault', () => {
  const share = new Share(2);
  share.take('a');
  assert.throws(() => share.release('b'), RangeError);
});
