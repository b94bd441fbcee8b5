import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../../../src/raft/core/io.ts';
import { agreeTo } from '../transport/rig.ts';
import { aNode, aPeer, aWorld } from './rig.ts';

test('the owner is told when it leads, and again when that may be believed', async (t) => {
  const world = aWorld();
  const seen: string[] = [];
  const { node, disk } = await aNode(t, world, 'a', {
    bootstrap: true,
    changed: () => {
      const { role, leadsUntil } = node.status();
      seen.push(`${role}, ${leadsUntil === undefined ? 'not believed' : 'believed'}`);
    },
  });
  disk.hold();
  await world.clock.advanceAsync(0);
  disk.release();
  await world.clock.advanceAsync(0);
  assert.deepEqual(seen, ['leader, not believed', 'leader, believed']);
});

test('nobody is called back while he calls', async (t) => {
  const world = aWorld();
  const seen = await aNode(t, world, 'a', { bootstrap: true });
  await world.clock.advanceAsync(0);
  const before = seen.changes;
  seen.node.change({ kind: 'add', id: 'b', address: 'b:1' });
  assert.equal(seen.changes, before);
  await world.clock.advanceAsync(0);
  assert.ok(seen.changes > before);
});

test('that all is as it was is told once in an election time, not at each heartbeat', async (t) => {
  const world = aWorld();
  const seen = await aNode(t, world, 'a', { bootstrap: true });
  const peer = await aPeer(t, world, 'b', agreeTo);
  await world.clock.advanceAsync(0);
  seen.node.change({ kind: 'add', id: 'b', address: 'b:1' });
  await world.clock.advanceAsync(2_000);
  seen.changes = 0;
  peer.asked.length = 0;
  await world.clock.advanceAsync(20 * DEFAULT_SETTINGS.electionMinMs);
  assert.ok(seen.changes >= 15 && seen.changes <= 20, `${seen.changes} times`);
  assert.ok(peer.asked.length > 100, `${peer.asked.length} requests`);
});

test('a server that answers anew after a silence is told of at once', async (t) => {
  const world = aWorld();
  const seen = await aNode(t, world, 'a', { bootstrap: true });
  let isSilent = true;
  await aPeer(t, world, 'b', (request) => (isSilent ? undefined : agreeTo(request)));
  await world.clock.advanceAsync(0);
  seen.node.change({ kind: 'add', id: 'b', address: 'b:1' });
  await world.clock.advanceAsync(5_000);
  const contactAt = () => seen.node.status().peers[0]?.contactAt ?? 0;
  const silentSince = contactAt();
  seen.changes = 0;
  isSilent = false;
  while (contactAt() === silentSince) await world.clock.advanceAsync(50);
  assert.ok(seen.changes > 0);
});

test('whoever has stopped the node is told nothing more', async (t) => {
  const world = aWorld();
  const seen = await aNode(t, world, 'a', { bootstrap: true });
  await world.clock.advanceAsync(0);
  seen.node.change({ kind: 'add', id: 'b', address: 'b:1' });
  const before = seen.changes;
  await seen.node.stop();
  await world.clock.advanceAsync(1_000);
  assert.equal(seen.changes, before);
});
