import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteBudget } from '../../../../src/gossip/node/byte-budget.ts';

function aSpender() {
  return {
    isOpen: true,
    destroy() {
      this.isOpen = false;
    },
  };
}

test('beyond the budget whoever spent the most is closed, not who came last', () => {
  const budget = byteBudget(100, () => new Error('enough'));
  const [greedy, modest, last] = [aSpender(), aSpender(), aSpender()];
  budget.spend(greedy, 60);
  budget.spend(modest, 40);
  assert.ok(greedy.isOpen);
  budget.spend(last, 1);
  assert.deepEqual([greedy.isOpen, modest.isOpen, last.isOpen], [false, true, true]);
  budget.spend(last, 59);
  assert.deepEqual([modest.isOpen, last.isOpen], [true, true]);
});

test('what was read is not spent any more', () => {
  const budget = byteBudget(100, () => new Error('enough'));
  const [one, other] = [aSpender(), aSpender()];
  for (let times = 0; times < 5; times += 1) {
    budget.spend(one, 90);
    budget.release(one);
  }
  budget.spend(other, 100);
  assert.deepEqual([one.isOpen, other.isOpen], [true, true]);
});
