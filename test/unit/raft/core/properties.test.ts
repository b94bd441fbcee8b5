import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_SETTINGS, type RaftInput } from '../../../../src/raft/core/io.ts';
import { createRaft } from '../../../../src/raft/core/raft.ts';
import type { Entry, Request, Response } from '../../../../src/raft/messages.ts';
import { changed, type KeptState } from '../../../../src/raft/storage/kept-state.ts';
import { toConfiguration } from '../../../support/raft/raft-text.ts';

const NOTHING = new Uint8Array();
const SETTINGS = { ...DEFAULT_SETTINGS, id: 'a', maxEntriesPerAppend: 2, trailingEntries: 2 };

const small = fc.nat(6);
const who = fc.constantFrom('b', 'c', 'd', 'x');
const configuration = fc
  .constantFrom('a', 'a,b', 'a,b,c', 'a,b+c', 'b,c', 'b,c+a')
  .map(toConfiguration);
const place = fc.record({ lastIndex: small, lastTerm: small });

/** With gaps and terms that fall, now and then. */
const entries: fc.Arbitrary<Entry[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom('command' as const, 'noop' as const),
      index: small,
      term: small,
      data: fc.constant(NOTHING),
    }),
    fc.record({
      kind: fc.constant('configuration' as const),
      index: small,
      term: small,
      configuration,
    }),
  ),
  { maxLength: 3 },
);

/** As a leader sends them: one after the other, behind `prevIndex`. */
const append = fc
  .record({
    term: small,
    prevIndex: small,
    prevTerm: small,
    entries,
    commit: small,
    isSound: fc.boolean(),
  })
  .map(({ isSound, ...request }) => ({
    kind: 'append-entries' as const,
    ...request,
    entries: isSound
      ? request.entries.map((entry, n) => ({
          ...entry,
          index: request.prevIndex + 1 + n,
          term: Math.max(request.prevTerm, Math.min(request.term, 1 + n)),
        }))
      : request.entries,
  }));

const request: fc.Arbitrary<Request> = fc.oneof(
  { weight: 4, arbitrary: append },
  fc
    .record({
      kind: fc.constant('request-vote' as const),
      term: small,
      leadershipTransfer: fc.boolean(),
    })
    .chain((vote) => place.map((end) => ({ ...vote, ...end }))),
  fc
    .record({ kind: fc.constant('request-pre-vote' as const), term: small })
    .chain((vote) => place.map((end) => ({ ...vote, ...end }))),
  fc.record({
    kind: fc.constant('install-snapshot' as const),
    term: small,
    lastIndex: fc.integer({ min: 1, max: 6 }),
    lastTerm: small,
    configuration,
    configurationIndex: fc.constant(1),
    data: fc.constant(NOTHING),
  }),
  fc.constant({ kind: 'timeout-now' as const }),
);

const response: fc.Arbitrary<Response> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('append-entries' as const),
      term: small,
      lastIndex: small,
      success: fc.boolean(),
      noRetryBackoff: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('request-vote' as const, 'request-pre-vote' as const),
      term: small,
      granted: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant('install-snapshot' as const), term: small, success: fc.boolean() }),
  fc.constant({ kind: 'timeout-now' as const }),
);

const input: fc.Arbitrary<RaftInput> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'wake' as const }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      from: who,
      call: fc.nat(),
      request,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('answered' as const),
      id: fc.integer({ min: 1, max: 30 }),
      from: fc.option(who, { nil: undefined }),
      response,
    }),
  },
  fc.record({ kind: fc.constant('failed' as const), id: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('leader-gone' as const), leader: who }),
  fc.record({
    kind: fc.constant('propose' as const),
    entry: fc.constant('command' as const),
    data: fc.constant(NOTHING),
  }),
  fc.record({
    kind: fc.constant('change' as const),
    change: fc.oneof(
      fc.record({
        kind: fc.constant('add' as const),
        id: who,
        address: fc.constantFrom('b:1', 'x:2'),
      }),
      fc.record({
        kind: fc.constantFrom('promote' as const, 'demote' as const, 'remove' as const),
        id: fc.oneof(who, fc.constant('a')),
      }),
    ),
  }),
  fc.constant({ kind: 'transfer' as const }),
  fc.record({ kind: fc.constant('compact' as const), index: small, data: fc.constant(NOTHING) }),
);

const events = fc.array(
  fc.record({ input, ms: fc.nat(400), random: fc.constantFrom(0, 0.5, 0.99) }),
  {
    maxLength: 60,
    size: 'max',
  },
);

const kept: fc.Arbitrary<KeptState> = configuration.map((of) => ({
  hardState: { term: 1, votedFor: undefined },
  snapshot: undefined,
  entries: [{ kind: 'configuration', index: 1, term: 1, configuration: of }],
}));

const RUNS = { numRuns: 1_000 };

test('whatever others say, a Raft server keeps its word, and what is on its disk says the same', () => {
  fc.assert(
    fc.property(kept, events, (first, happenings) => {
      let now = 0;
      let disk = first;
      let delivered = 0;
      const raft = createRaft(SETTINGS, first, now, 0);
      const votes = new Map<number, string>();
      for (const { input: what, ms, random } of happenings) {
        now = Math.max(now, Math.min(now + ms, raft.nextWake()));
        const before = raft.status();
        const output = raft.step(what, now, random);
        const after = raft.status();
        disk = changed(disk, output.persist ?? {});
        const { term, votedFor } = disk.hardState;
        assert.equal(term, after.term);
        assert.ok(after.term >= before.term && after.commit >= before.commit);
        assert.ok(after.lastIndex >= after.commit);
        assert.ok(raft.nextWake() > now, 'it never asks to be woken at once');
        if (votedFor !== undefined) {
          assert.equal(votedFor, votes.get(term) ?? votedFor, `one vote in term ${term}`);
          votes.set(term, votedFor);
        }
        if (output.installed !== undefined) delivered = output.installed.lastIndex;
        for (const { index } of output.committed) {
          assert.equal(index, delivered + 1, 'each once, in order');
          delivered = index;
        }
        assert.equal(delivered, after.commit);
      }
      const again = createRaft(SETTINGS, disk, now, 0).status();
      const status = raft.status();
      assert.equal(again.term, status.term);
      assert.equal(again.lastIndex, status.lastIndex);
      assert.deepEqual(again.configuration, status.configuration);
    }),
    RUNS,
  );
});

test('the same input gives the same output', () => {
  fc.assert(
    fc.property(kept, events, (first, happenings) => {
      const [one, other] = [createRaft(SETTINGS, first, 0, 0), createRaft(SETTINGS, first, 0, 0)];
      let now = 0;
      for (const { input: what, ms, random } of happenings) {
        now += ms;
        assert.deepEqual(one.step(what, now, random), other.step(what, now, random));
      }
    }),
    { numRuns: 300 },
  );
});
