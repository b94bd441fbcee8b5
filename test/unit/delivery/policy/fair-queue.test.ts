import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FairQueue, type Ticket } from '../../../../src/delivery/policy/fair-queue.ts';

const everybody = () => true;

function queueOf(...places: readonly string[]): FairQueue {
  const queue = new FairQueue();
  for (const place of places) queue.add(ticket(place));
  return queue;
}

/** `namespace/role/uid` */
function ticket(place: string): Ticket {
  const [namespace = '', role = '', uid = ''] = place.split('/');
  return { namespace, role, uid };
}

function drain(queue: FairQueue, mayServe = everybody as (namespace: string) => boolean): string[] {
  const taken: string[] = [];
  for (let next = queue.take(mayServe); next !== undefined; next = queue.take(mayServe)) {
    taken.push(`${next.namespace}/${next.role}/${next.uid}`);
  }
  return taken;
}

test('S17 namespaces take turns, however many pods each has', () => {
  const queue = queueOf('a/web/1', 'a/web/2', 'a/web/3', 'b/web/1', 'c/web/1');
  assert.deepEqual(drain(queue), ['a/web/1', 'b/web/1', 'c/web/1', 'a/web/2', 'a/web/3']);
});

test('S17 within a namespace its roles take turns, and within a role the pods by arrival', () => {
  const queue = queueOf('a/web/1', 'a/web/2', 'a/db/1', 'a/db/2');
  assert.deepEqual(drain(queue), ['a/web/1', 'a/db/1', 'a/web/2', 'a/db/2']);
});

test('S17 a namespace that may not be served now is passed over and keeps its place', () => {
  const queue = queueOf('a/web/1', 'b/web/1', 'b/web/2');
  assert.equal(queue.take((namespace) => namespace !== 'a')?.namespace, 'b');
  assert.deepEqual(drain(queue), ['a/web/1', 'b/web/2']);
});

test('S14 a parked role has no turn, keeps its pods, and goes on when it is unparked', () => {
  const queue = queueOf('a/gone/1', 'a/web/1', 'b/gone/1');
  queue.park('gone');
  queue.add(ticket('a/gone/2'));
  assert.deepEqual(drain(queue), ['a/web/1']);
  assert.ok(queue.has('gone'));
  queue.unpark('gone');
  assert.deepEqual(drain(queue), ['a/gone/1', 'b/gone/1', 'a/gone/2']);
  assert.ok(!queue.has('gone'));
});

test('S12 a pod stands in the queue once, however often it is added', () => {
  assert.deepEqual(drain(queueOf('a/web/1', 'a/web/1')), ['a/web/1']);
});

/** The rule, as slow and plain as it can be said: a list of namespaces, each a list of roles, each a list of pods. */
class NaiveQueue {
  namespaces: { name: string; roles: { name: string; uids: string[] }[] }[] = [];
  parked = new Set<string>();
  waiting: Ticket[] = [];

  add(one: Ticket): void {
    if (this.waiting.some((other) => same(one, other))) return;
    this.waiting.push(one);
    if (!this.parked.has(one.role)) this.#giveTurn(one.namespace, one.role);
  }

  #giveTurn(namespace: string, role: string): void {
    let found = this.namespaces.find(({ name }) => name === namespace);
    if (found === undefined) {
      found = { name: namespace, roles: [] };
      this.namespaces.push(found);
    }
    if (!found.roles.some(({ name }) => name === role)) found.roles.push({ name: role, uids: [] });
  }

  remove(one: Ticket): void {
    this.waiting = this.waiting.filter((other) => !same(one, other));
    this.#dropEmptyTurns();
  }

  #dropEmptyTurns(): void {
    for (const namespace of this.namespaces) {
      namespace.roles = namespace.roles.filter(
        ({ name }) =>
          !this.parked.has(name) &&
          this.waiting.some((one) => one.namespace === namespace.name && one.role === name),
      );
    }
    this.namespaces = this.namespaces.filter(({ roles }) => roles.length > 0);
  }

  take(mayServe: (namespace: string) => boolean): Ticket | undefined {
    const namespace = this.namespaces.find(({ name }) => mayServe(name));
    const role = namespace?.roles[0];
    if (namespace === undefined || role === undefined) return undefined;
    const next = this.waiting.find(
      (one) => one.namespace === namespace.name && one.role === role.name,
    );
    namespace.roles = [...namespace.roles.slice(1), role];
    this.namespaces = [...this.namespaces.filter((other) => other !== namespace), namespace];
    if (next !== undefined) this.remove(next);
    return next;
  }

  park(role: string): void {
    this.parked.add(role);
    this.#dropEmptyTurns();
  }

  unpark(role: string): void {
    if (!this.parked.delete(role)) return;
    for (const one of this.waiting) if (one.role === role) this.#giveTurn(one.namespace, role);
  }
}

function same(a: Ticket, b: Ticket): boolean {
  return a.namespace === b.namespace && a.role === b.role && a.uid === b.uid;
}

type Command =
  | { kind: 'add' | 'remove'; ticket: Ticket }
  | { kind: 'take'; barred: string }
  | { kind: 'park' | 'unpark' | 'drain'; role: string };

const NAMES = { namespace: ['a', 'b', 'c'], role: ['r', 's', 't'] };
const anyTicket = fc
  .tuple(
    fc.constantFrom(...NAMES.namespace),
    fc.constantFrom(...NAMES.role),
    fc.constantFrom('1', '2', '3', '4'),
  )
  .map(([namespace, role, uid]) => ({ namespace, role, uid }));
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), ticket: anyTicket }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), ticket: anyTicket }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('take' as const),
      barred: fc.constantFrom('nobody', ...NAMES.namespace),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('park' as const, 'unpark' as const, 'drain' as const),
      role: fc.constantFrom(...NAMES.role),
    }),
  },
);

test('S17 the queue gives turns as a plain list of lists would, whatever happens to it', () => {
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 60 }), (commands) => {
      const [queue, naive] = [new FairQueue(), new NaiveQueue()];
      for (const command of commands) run(queue, naive, command);
      for (const role of NAMES.role) {
        const waiting = naive.waiting.filter((one) => one.role === role).map(({ uid }) => uid);
        assert.deepEqual([...queue.waitingFor(role)].sort(), waiting.sort());
        assert.equal(queue.has(role), waiting.length > 0);
      }
    }),
    { numRuns: 500 },
  );
});

function run(queue: FairQueue, naive: NaiveQueue, command: Command): void {
  switch (command.kind) {
    case 'add':
    case 'remove':
      queue[command.kind](command.ticket);
      return naive[command.kind](command.ticket);
    case 'park':
    case 'unpark':
      queue[command.kind](command.role);
      return naive[command.kind](command.role);
    case 'take': {
      const mayServe = (namespace: string) => namespace !== command.barred;
      return assert.deepEqual(queue.take(mayServe), naive.take(mayServe));
    }
    case 'drain': {
      const expected = naive.waiting.filter(({ role }) => role === command.role);
      const byPlace = (one: Ticket) => `${one.namespace}/${one.uid}`;
      assert.deepEqual(queue.drain(command.role).map(byPlace).sort(), expected.map(byPlace).sort());
      for (const one of expected) naive.remove(one);
    }
  }
}
