import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRaftHost, type NodeRun } from '../../../../src/election/raft/raft-host.ts';
import type { RaftNode } from '../../../../src/raft/node/raft-node.ts';
import { NOTHING_KEPT } from '../../../../src/raft/storage/kept-state.ts';
import type { Storage } from '../../../../src/raft/storage/storage.ts';
import { StorageError } from '../../../../src/raft/storage/storage-error.ts';
import { aRaftStatus } from '../../../support/election/raft-status.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const ONE = { id: 'one', epoch: 1 };
const TWO = { id: 'one', epoch: 2 };
const FULL = new StorageError('full', 'there is no space left');

/** A host on a disk and a port that fail as told, and what it did, in words. */
function aHost() {
  const clock = virtualClock();
  const did: string[] = [];
  const failures: Error[] = [];
  let running: NodeRun | undefined;
  const attempt = <T>(what: string, value: T): T => {
    const failure = failures.shift();
    did.push(failure === undefined ? what : `${what} failed`);
    if (failure !== undefined) throw failure;
    return value;
  };
  const storageOf = (name: string): Storage => ({
    serverId: `server of ${name}`,
    restored: NOTHING_KEPT,
    save: async () => {},
    close: async () => attempt(`close ${name}`, undefined),
  });
  const host = createRaftHost({
    clock,
    open: async ({ epoch }) => attempt(`open ${epoch}`, storageOf(`${epoch}`)),
    async start(run) {
      const node = aNode(() => void did.push(`stop ${run.cluster.epoch}`));
      running = attempt(`start ${run.cluster.epoch}${run.bootstrap ? ' as founder' : ''}`, run);
      return node;
    },
    started: () => void did.push('started'),
    opened: ({ epoch }, serverId, isEmpty) =>
      void did.push(`opened ${epoch}: ${serverId}${isEmpty ? ', empty' : ''}`),
    trouble: (error) => void did.push(`trouble: ${error?.message ?? 'none'}`),
  });
  const settle = () => clock.advanceAsync(0);
  return {
    host,
    clock,
    did,
    settle,
    fail: (...errors: Error[]) => failures.push(...errors),
    run: () => running,
  };
}

function aNode(stop: () => void): RaftNode {
  const refused = { kind: 'refused', why: 'not-leader' } as const;
  return {
    id: 'node',
    status: () => aRaftStatus(),
    change: () => refused,
    transfer: () => refused,
    missLeader() {},
    stop: async () => stop(),
  };
}

test('S46 what is opened is told of, and run when that is asked for', async () => {
  const { host, did, settle } = aHost();
  host.open(ONE);
  await settle();
  assert.equal(host.node(), undefined);
  host.run(ONE, true);
  await settle();
  assert.notEqual(host.node(), undefined);
  assert.deepEqual(did, [
    'open 1',
    'opened 1: server of 1, empty',
    'start 1 as founder',
    'started',
  ]);
});

test('S46 another cluster is opened when the server of the one before has stopped', async () => {
  const { host, did, settle } = aHost();
  host.open(ONE);
  host.run(ONE, false);
  await settle();
  host.open(TWO);
  host.run(TWO, false);
  await settle();
  assert.deepEqual(
    did.filter((one) => /stop|start |open 2/.test(one)),
    ['start 1', 'stop 1', 'open 2', 'start 2'],
  );
});

test('S46 a folder that was opened and never run is closed', async () => {
  const { host, did, settle } = aHost();
  host.open(ONE);
  await settle();
  await host.stop();
  assert.deepEqual(did.at(-1), 'close 1');
});

test('S43 a folder that cannot be closed keeps nothing from being opened', async () => {
  const { host, did, settle, fail } = aHost();
  host.open(ONE);
  await settle();
  fail(FULL);
  host.open(TWO);
  await settle();
  assert.deepEqual(did.slice(2), ['close 1 failed', 'open 2', 'opened 2: server of 2, empty']);
});

test('S43 a disk that is full is tried again after a while, and said to be well then', async () => {
  const { host, clock, did, settle, fail } = aHost();
  fail(FULL, FULL);
  host.open(ONE);
  await settle();
  assert.deepEqual(did, ['open 1 failed', `trouble: ${FULL.message}`]);
  await clock.advanceAsync(60_000);
  assert.deepEqual(did.slice(-2), ['open 1', 'opened 1: server of 1, empty']);
  host.run(ONE, false);
  await settle();
  assert.deepEqual(did.slice(-3), ['start 1', 'trouble: none', 'started']);
});

test('S43 a server whose disk fails is opened anew, and run when that is asked for', async () => {
  const { host, clock, did, settle, run } = aHost();
  host.open(ONE);
  host.run(ONE, false);
  await settle();
  run()?.failed(FULL);
  assert.equal(host.node(), undefined);
  await clock.advanceAsync(60_000);
  assert.deepEqual(did.slice(4), [
    `trouble: ${FULL.message}`,
    'open 1',
    'opened 1: server of 1, empty',
  ]);
  host.run(ONE, false);
  await settle();
  assert.deepEqual(did.slice(-3), ['start 1', 'trouble: none', 'started']);
  assert.notEqual(host.node(), undefined);
});

test('S43 a server that cannot start is opened anew', async () => {
  const { host, clock, did, settle, fail } = aHost();
  host.open(ONE);
  await settle();
  fail(FULL);
  host.run(ONE, false);
  await clock.advanceAsync(60_000);
  assert.deepEqual(did.slice(2), [
    'start 1 failed',
    `trouble: ${FULL.message}`,
    'open 1',
    'opened 1: server of 1, empty',
  ]);
  assert.equal(host.node(), undefined);
});

test('S46 what is in trouble is given up as soon as something else is asked for', async () => {
  const { host, clock, did, settle, fail } = aHost();
  fail(FULL);
  host.open(ONE);
  await settle();
  host.open(TWO);
  await settle();
  assert.deepEqual(did.slice(2), ['open 2', 'opened 2: server of 2, empty']);
  await clock.advanceAsync(60_000);
  assert.equal(did.length, 4);
});

test('S41 when it has stopped nothing runs, whatever was in trouble', async () => {
  const { host, clock, did, settle, run } = aHost();
  host.open(ONE);
  host.run(ONE, false);
  await settle();
  run()?.failed(FULL);
  await host.stop();
  await clock.advanceAsync(60_000);
  assert.equal(host.node(), undefined);
  assert.deepEqual(did.at(-1), `trouble: ${FULL.message}`);
});
