import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionEnd } from '../../../../src/election/peer/peer-watch.ts';
import { type PeerEvents, watchPeer } from '../../../../src/election/peer/watch-peer.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const HOLDER = { identity: 'controller-0_1', peer: '10.0.0.1:45680' };

/** A watch over connections that the test ends by hand. */
function watching({ holder = HOLDER, onGone = () => {} } = {}) {
  const clock = virtualClock();
  const connections: { events: PeerEvents; isClosed: boolean }[] = [];
  let gone = 0;
  const watch = watchPeer(
    holder,
    () => {
      gone += 1;
      onGone();
    },
    {
      clock,
      random: () => 1,
      transport: {
        connect(address, events) {
          assert.deepEqual(address, { host: '10.0.0.1', port: 45_680 });
          const connection = { events, isClosed: false };
          connections.push(connection);
          return {
            [Symbol.dispose]() {
              connection.isClosed = true;
            },
          };
        },
      },
    },
  );
  const last = () => connections.at(-1) ?? assert.fail('it never connected');
  return {
    clock,
    watch,
    connections,
    last,
    gone: () => gone,
    ends: (end: ConnectionEnd) => last().events.onEnded(end),
  };
}

test('S41 the state machine’s words become connections, and what becomes of them is told', () => {
  const { clock, connections, last, gone, ends } = watching();
  last().events.onSaid('{"identity":"controller-0_1"}');
  clock.advance(60_000);
  ends('closed');
  assert.equal(connections.length, 2);
  ends('refused');
  assert.equal(gone(), 1);
  clock.advance(1_000);
  last().events.onSaid('{"identity":"controller-0_2"}');
  assert.ok(last().isClosed);
  assert.equal(gone(), 2);
});

test('S43 a peer that does not answer is closed, and tried again by the clock', () => {
  const { clock, connections, gone } = watching();
  clock.advance(1_020);
  assert.deepEqual(
    connections.map(({ isClosed }) => isClosed),
    [true, false],
  );
  assert.equal(gone(), 0);
});

test('S43 a watch that is over closes its connection, leaves no timer and tells nothing', () => {
  const { clock, watch, connections, last } = watching();
  watch[Symbol.dispose]();
  assert.ok(last().isClosed);
  assert.equal(clock.nextWake(), undefined);
  clock.advance(60_000);
  assert.equal(connections.length, 1);
});

test('S43 a watch may be ended by what it tells', () => {
  const here = watching({ onGone: () => here.watch[Symbol.dispose]() });
  here.last().events.onSaid('{"identity":"controller-0_2"}');
  assert.equal(here.gone(), 1);
  assert.equal(here.clock.nextWake(), undefined);
});

test('S43 a holder whose peer is no address is never connected to', () => {
  const { clock, connections, gone } = watching({ holder: { ...HOLDER, peer: 'leader:45680' } });
  clock.advance(60_000);
  assert.deepEqual([connections.length, gone(), clock.nextWake()], [0, 0, undefined]);
});
