import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aCustomer, type CustomerBuilder, customers } from '../../support/delivery/customers.ts';
import {
  DeliveryWorld,
  GOOD,
  type Peer,
  type WorldOptions,
} from '../../support/delivery/delivery-world.ts';

interface Attack {
  readonly what: string;
  readonly peer: Peer;
  readonly role: (index: number) => string;
  readonly vault?: WorldOptions['vault'];
}

const SAME = () => 'web';
const EACH_ITS_OWN = (index: number) => `nothing-${index}`;
/** Roles of the attack that Vault does not have, or fails for. */
const onlyWeb = (kind: 'missing' | 'denied' | 'unavailable' | 'malformed') => (role: string) =>
  role === 'web' || role === 'bank' ? undefined : kind;

const ATTACKS: readonly Attack[] = [
  { what: 'drop packets', peer: { connects: 'never' }, role: SAME },
  { what: 'never answer', peer: { connects: 2, answers: 'never' }, role: SAME },
  { what: 'refuse connections', peer: { connects: 'refused' }, role: SAME },
  {
    what: 'take long to connect, and then never answer',
    peer: { connects: 2_900, answers: 'never' },
    role: SAME,
  },
  {
    what: 'say that their tokens are gone',
    peer: { connects: 2, answers: 1, result: 'token-gone' },
    role: SAME,
  },
  { what: 'say that they are busy', peer: { connects: 2, answers: 1, result: 'busy' }, role: SAME },
  { what: 'say that they are done', peer: { connects: 2, answers: 1, result: 'done' }, role: SAME },
  { what: 'are well', peer: GOOD, role: SAME },
  {
    what: 'name roles that do not exist',
    peer: GOOD,
    role: EACH_ITS_OWN,
    vault: onlyWeb('missing'),
  },
  { what: 'name roles that are denied', peer: GOOD, role: EACH_ITS_OWN, vault: onlyWeb('denied') },
  {
    what: 'name roles for which Vault fails',
    peer: GOOD,
    role: EACH_ITS_OWN,
    vault: onlyWeb('unavailable'),
  },
  {
    what: 'name roles that a proxy refuses',
    peer: GOOD,
    role: EACH_ITS_OWN,
    vault: onlyWeb('malformed'),
  },
];

const PODS = 5_000;
/** When a victim arrives, ms after the attack began: amid all of its phases. */
const ARRIVALS = [0, 100, 1_000, 3_000, 10_000, 26_000, 55_000, 61_000, 90_000];

for (const { what, peer, role, vault } of ATTACKS) {
  test(`S17 one namespace's 5,000 pods that ${what} delay another's single pod by less than 1 s`, () => {
    const world = new DeliveryWorld(vault === undefined ? {} : { vault });
    const attackers = customers(PODS, (n) =>
      aCustomer().named(`x-${n}`).inNamespace('evil').asking(role(n)),
    );
    for (const pod of attackers) world.arrive(pod, peer);
    const victims: CustomerBuilder[] = [];
    const start = world.core.now;
    for (const [index, at] of ARRIVALS.entries()) {
      world.run(start + at - world.core.now);
      for (const [which, victimsRole] of ['web', 'bank'].entries()) {
        const victim = aCustomer()
          .named(`v-${index}`)
          .inNamespace(`good-${which}`)
          .asking(victimsRole);
        victims.push(victim.at(`10.99.${which}.${index}`));
        world.arrive(victims.at(-1) ?? victim);
      }
    }
    world.run(1_000);
    const slow = victims.filter((victim) => (world.waited(victim) ?? Infinity) >= 1_000);
    assert.deepEqual(
      slow.map((victim) => `${victim.uid}: ${world.waited(victim)}`),
      [],
    );
  });
}

test('S17 a namespace of 5,000 good pods is served as quickly as Vault mints', () => {
  const world = new DeliveryWorld();
  const pods = customers(PODS, (n) => aCustomer().named(`x-${n}`).inNamespace('shop'));
  for (const pod of pods) world.arrive(pod);
  world.run(5_000);
  assert.equal(world.delivered.size, PODS);
  assert.equal(world.mints.length, PODS);
});

test('S17 namespaces of many pods and of few share in turns', () => {
  const world = new DeliveryWorld();
  for (const pod of customers(3_000, (n) => aCustomer().named(`x-${n}`).inNamespace('big'))) {
    world.arrive(pod);
  }
  const small = customers(100, (n) => aCustomer().named(`y-${n}`).inNamespace('small'));
  for (const pod of small)
    world.arrive(pod.at(pod.facts().ips[0]?.replace('10.1.', '10.7.') ?? ''));
  world.run(1_000);
  const served = small.filter((pod) => world.waited(pod) !== undefined);
  assert.equal(served.length, 100);
});
