import type { Random } from '../../base/random.ts';

/** Up to `count` of them at random, no one twice. */
export function choose<One>(from: readonly One[], count: number, random: Random): One[] {
  return shuffled(from, random).slice(0, count);
}

/** In a random order (Fisher and Yates). */
export function shuffled<One>(list: readonly One[], random: Random): One[] {
  const order = [...list];
  for (let last = order.length - 1; last > 0; last -= 1) {
    swap(order, last, Math.floor(random() * (last + 1)));
  }
  return order;
}

/** Puts `one` at a random place; who was there goes to the end. */
export function insertAnywhere<One>(list: One[], one: One, random: Random): void {
  list.push(one);
  swap(list, list.length - 1, Math.floor(random() * list.length));
}

function swap<One>(list: One[], first: number, second: number): void {
  const [one, other] = [list[first], list[second]];
  if (one === undefined || other === undefined) return;
  list[first] = other;
  list[second] = one;
}
