import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { broadcastQueue } from '../../../src/gossip/core/broadcast-queue.ts';
import { createGossipCore, type GossipCore } from '../../../src/gossip/core/core.ts';
import { type GossipSettings, LAN_RULES } from '../../../src/gossip/core/settings.ts';
import type { GossipAction, GossipInput } from '../../../src/gossip/core/surface.ts';
import { confirm, suspect, suspicionEnd } from '../../../src/gossip/core/suspicion.ts';
import type { Alive, Message, PushPull, RemoteNode } from '../../../src/gossip/messages.ts';
import {
  bytes,
  endpointOf,
  messageText,
  placeOf,
  VERSIONS,
} from '../../support/gossip/message-text.ts';

const MOST_MEMBERS = 4;
const PACKET_BYTES = 120;
const RUNS = { numRuns: 1_000 };

const settings: GossipSettings = {
  ...LAN_RULES,
  mostMembers: MOST_MEMBERS,
  packetBytes: PACKET_BYTES,
  node: 'a',
  endpoint: endpointOf('a'),
  meta: bytes(''),
  versions: VERSIONS,
  sizeOf: (message) => messageText(message).length,
};

const letter = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const endpoint = letter.map(endpointOf);
const incarnation = fc.oneof(fc.nat(5), fc.constantFrom(2 ** 31, 2 ** 31 - 1));
const meta = fc.constantFrom('', 'x').map(bytes);
const sequence = fc.nat(4);
const number = fc.nat(6);
const versions = fc.oneof(
  { weight: 5, arbitrary: fc.constant(VERSIONS) },
  { weight: 1, arbitrary: fc.tuple(number, number, number, number, number, number) },
);

const anywhere = fc.record({ node: letter, incarnation, endpoint, meta, versions });
/** Mostly where it belongs. */
const node = fc
  .tuple(anywhere, fc.nat(20))
  .map(([each, chance]) => (chance > 0 ? { ...each, endpoint: endpointOf(each.node) } : each));
const accusation = fc.record({
  kind: fc.constantFrom('suspect' as const, 'dead' as const),
  node: letter,
  incarnation,
  from: letter,
});
const asking = fc.record({ sequence, node: letter });

const message: fc.Arbitrary<Message> = fc.oneof(
  { weight: 2, arbitrary: node.map((each) => ({ kind: 'alive' as const, ...each })) },
  accusation,
  asking.map((each) => ({ kind: 'ping' as const, ...each })),
  asking.map((each) => ({
    kind: 'indirect-ping' as const,
    ...each,
    target: endpointOf(each.node),
    wantsNack: true,
  })),
  sequence.map((each) => ({ kind: 'ack' as const, sequence: each, payload: bytes('') })),
  sequence.map((each) => ({ kind: 'nack' as const, sequence: each })),
  fc.constant({ kind: 'user' as const, payload: bytes('words') }),
);

const state: fc.Arbitrary<PushPull> = fc.record({
  isJoin: fc.boolean(),
  nodes: fc.array(
    fc
      .tuple(node, fc.constantFrom('alive', 'suspect', 'dead', 'left'))
      .map(([each, standing]) => ({ ...each, state: standing })),
    { maxLength: 4 },
  ),
  userState: fc.constant(bytes('')),
});

const input: fc.Arbitrary<GossipInput> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(endpoint, fc.array(message, { minLength: 1, maxLength: 3 }))
      .map(([from, messages]) => ({ kind: 'packet' as const, from, messages })),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'wake' as const }) },
  {
    weight: 1,
    arbitrary: state.map((each) => ({ kind: 'pulled' as const, isJoin: false, state: each })),
  },
  {
    weight: 1,
    arbitrary: state.map((each) => ({ kind: 'pushed' as const, connection: 1, state: each })),
  },
  { weight: 1, arbitrary: meta.map((each) => ({ kind: 'describe' as const, meta: each })) },
);

/** What happens, each so long after what was before. */
const happenings = fc.array(fc.tuple(input, fc.constantFrom(0, 1, 150, 400, 5_000)), {
  minLength: 1,
  maxLength: 60,
  size: 'max',
});

type Happenings = readonly (readonly [GossipInput, number])[];

function play(
  story: Happenings,
  check: (core: GossipCore, now: number, input: GossipInput, actions: GossipAction[]) => void,
): void {
  const core = createGossipCore(settings, 0, () => 0.5);
  let now = 0;
  for (const [happening, wait] of story) {
    now += wait;
    check(core, now, happening, core.step(happening, now));
  }
}

test('whatever is said, we know that we are there, and our incarnation never goes back', () => {
  fc.assert(
    fc.property(happenings, (story) => {
      let last = 0;
      play(story, (core) => {
        const [me] = core.members();
        assert.ok(me?.node === 'a' && me.state === 'alive');
        assert.ok(me.incarnation >= last && me.incarnation < 2 ** 32);
        last = me.incarnation;
      });
    }),
    RUNS,
  );
});

test('what was said against us has been refuted by the time it is heard', () => {
  fc.assert(
    fc.property(happenings, (story) => {
      play(story, (core, _, happening) => {
        if (happening.kind !== 'packet') return;
        for (const each of happening.messages) {
          const isAccusation = each.kind === 'suspect' || each.kind === 'dead';
          if (!isAccusation || each.node !== 'a' || each.incarnation >= 2 ** 31) continue;
          assert.ok((core.members()[0]?.incarnation ?? 0) > each.incarnation);
        }
      });
    }),
    RUNS,
  );
});

test('no more members are known than are bearable, and no incarnation goes back at one address', () => {
  fc.assert(
    fc.property(happenings, (story) => {
      const last = new Map<string, number>();
      const movers = moversOf(story);
      play(story, (core) => {
        const members = core.members();
        assert.ok(members.length <= MOST_MEMBERS);
        for (const each of members) {
          if (movers.has(each.node)) continue;
          assert.ok(each.incarnation >= (last.get(each.node) ?? 0), each.node);
          last.set(each.node, each.incarnation);
        }
        // Whoever was forgotten begins anew.
        const known = new Set(members.map((each) => each.node));
        for (const each of last.keys()) if (!known.has(each)) last.delete(each);
      });
    }),
    RUNS,
  );
});

/** Those that are said to be at another address than theirs, where their names may begin anew. */
function moversOf(story: Happenings): Set<string> {
  const said = story.flatMap(([each]): readonly (Alive | RemoteNode)[] => {
    if (each.kind === 'packet') return each.messages.filter((one) => one.kind === 'alive');
    return 'state' in each ? each.state.nodes : [];
  });
  const movers = said.filter((each) => placeOf(each.endpoint) !== each.node);
  return new Set(movers.map((each) => each.node));
}

test('no packet is larger than there is room, and no wake is in the past', () => {
  fc.assert(
    fc.property(happenings, (story) => {
      play(story, (core, now, _, actions) => {
        assert.ok((core.nextWake() ?? now) >= now);
        for (const action of actions) {
          if (action.kind !== 'send' || action.messages.length === 1) continue;
          const sizes = action.messages.map((each) => settings.sizeOf(each) + 2);
          assert.ok(sizes.reduce((sum, each) => sum + each, 0) <= PACKET_BYTES + 2);
        }
      });
    }),
    RUNS,
  );
});

test('a change is told once: nobody joins who is there, and only who is there goes', () => {
  fc.assert(
    fc.property(happenings, (story) => {
      const there = new Set<string>();
      play(story, (_core, _now, _input, actions) => {
        for (const action of actions) {
          if (action.kind !== 'member' || action.change === 'updated') continue;
          const { change, member } = action;
          assert.equal(there.has(member.node), change !== 'joined', `${member.node} ${change}`);
          if (change === 'joined') there.add(member.node);
          else there.delete(member.node);
        }
      });
    }),
    RUNS,
  );
});

test('each broadcast is sent as often as it is to be, unless a newer one takes its place', () => {
  const broadcast = fc.record({ about: fc.constantFrom(undefined, 'b', 'c'), size: fc.nat(30) });
  fc.assert(
    fc.property(fc.array(broadcast), fc.integer({ min: 1, max: 5 }), (list, limit) => {
      const queue = broadcastQueue(1_000);
      const finished: string[] = [];
      for (const [index, { about, size }] of list.entries()) {
        const payload = new Uint8Array([index]);
        const kept = { kind: 'user' as const, payload };
        const token = String(index);
        finished.push(...queue.add({ message: kept, about, level: 'intent', bytes: size, token }));
      }
      const sent = new Map<Message, number>();
      const expected = queue.size;
      while (queue.size > 0) {
        const taken = queue.take(40, limit);
        for (const each of taken.messages) sent.set(each, (sent.get(each) ?? 0) + 1);
        finished.push(...taken.finished);
      }
      assert.equal(sent.size, expected);
      assert.ok([...sent.values()].every((times) => times === limit));
      assert.deepEqual(
        finished.map(Number).toSorted((one, other) => one - other),
        [...list.keys()],
      );
    }),
    RUNS,
  );
});

test('a suspicion ends within its bounds, and never later for one accuser more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 500 }), fc.array(letter), (members, accusers) => {
      let suspicion = suspect(settings, 'z', members, 100);
      for (const each of accusers) {
        const more = confirm(suspicion, each);
        if (more === undefined) continue;
        assert.ok(suspicionEnd(more) <= suspicionEnd(suspicion));
        suspicion = more;
      }
      const took = suspicionEnd(suspicion) - 100;
      assert.ok(took >= suspicion.minMs && took <= suspicion.maxMs);
    }),
    RUNS,
  );
});
