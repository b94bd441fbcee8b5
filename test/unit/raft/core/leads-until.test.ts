import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS, type RaftInput, type RaftOutput } from '../../../../src/raft/core/io.ts';
import { createRaft, type Raft } from '../../../../src/raft/core/raft.ts';
import type { Response } from '../../../../src/raft/messages.ts';
import { toConfiguration } from '../../../support/raft/raft-text.ts';

/** Elected at 500 by b's vote, with its first entry on the way to b and c. */
function aNewLeader() {
  const configuration = toConfiguration('a,b,c');
  const raft = createRaft(
    { ...DEFAULT_SETTINGS, id: 'a', preVote: false },
    {
      hardState: { term: 1, votedFor: undefined },
      snapshot: undefined,
      entries: [{ kind: 'configuration', index: 1, term: 1, configuration }],
    },
    0,
    0,
  );
  const campaign = step(raft, { kind: 'wake' }, 500);
  const vote = { kind: 'request-vote', term: 2, granted: true } as const;
  const output = answer(raft, campaign, 'b', vote, 500);
  return { raft, output };
}

/** That has committed it at 520: b has answered what was sent at 500. */
function aLeader(): Raft {
  const { raft, output } = aNewLeader();
  answer(raft, output, 'b', agreed(2), 520);
  return raft;
}

const agreed = (lastIndex: number) =>
  ({
    kind: 'append-entries',
    term: 2,
    lastIndex,
    success: true,
    noRetryBackoff: false,
  }) as const;

function step(raft: Raft, input: RaftInput, now: number): RaftOutput {
  return raft.step(input, now, 0);
}

/** Answers the last request of that output to `from`. */
function answer(raft: Raft, { requests }: RaftOutput, from: string, response: Response, at = 0) {
  const id = requests.findLast(({ to }) => to === from)?.id ?? assert.fail(`nothing to ${from}`);
  return step(raft, { kind: 'answered', id, from, response }, at);
}

test('S40 a leader is not to be believed before it has committed in its own term', () => {
  const { raft, output } = aNewLeader();
  assert.equal(raft.status().role, 'leader');
  assert.equal(raft.status().leadsUntil, undefined);
  answer(raft, output, 'b', agreed(2), 520);
  assert.equal(raft.status().leadsUntil, 1_000);
});

test('S43 it is believed for an election time from the sending of what a majority answered', () => {
  const raft = aLeader();
  const beats = step(raft, { kind: 'wake' }, 650);
  assert.equal(raft.status().leadsUntil, 1_000);
  const heartbeat = beats.requests.find(({ to }) => to === 'c') ?? assert.fail('no heartbeat');
  const input = { kind: 'answered', id: heartbeat.id, from: 'c', response: agreed(0) } as const;
  step(raft, input, 690);
  assert.equal(raft.status().leadsUntil, 1_150);
});

test('S43 it leads no longer than that', () => {
  const raft = aLeader();
  const until = raft.status().leadsUntil ?? assert.fail('it does not lead');
  step(raft, { kind: 'wake' }, until);
  assert.notEqual(raft.status().role, 'leader');
  assert.equal(raft.status().leadsUntil, undefined);
});

test('S40 a leader that has asked another to take over is not to be believed until that has failed', () => {
  const raft = aLeader();
  const asked = step(raft, { kind: 'transfer', to: 'b' }, 530);
  assert.deepEqual(asked.requests.at(-1)?.request, { kind: 'timeout-now' });
  assert.equal(raft.status().role, 'leader');
  assert.equal(raft.status().leadsUntil, undefined);
  step(raft, { kind: 'failed', id: asked.requests.at(-1)?.id ?? 0 }, 540);
  assert.equal(raft.status().leadsUntil, 1_000);
});

test('S40 while the other has not caught up, the leader that will hand over still leads', () => {
  const raft = aLeader();
  step(raft, { kind: 'transfer', to: 'c' }, 530);
  assert.equal(raft.status().transferTo, 'c');
  assert.equal(raft.status().leadsUntil, 1_000);
});

test('S46 who is alone needs nobody', () => {
  const configuration = toConfiguration('a');
  const raft = createRaft(
    { ...DEFAULT_SETTINGS, id: 'a' },
    {
      hardState: { term: 1, votedFor: undefined },
      snapshot: undefined,
      entries: [{ kind: 'configuration', index: 1, term: 1, configuration }],
    },
    0,
    0,
  );
  step(raft, { kind: 'wake' }, 0);
  assert.equal(raft.status().leadsUntil, Number.POSITIVE_INFINITY);
});
