import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { crowd, type Member } from '../../../src/base/crowd.ts';

/** A connection that closes when the test says so, as a socket does only later. */
class Connection extends EventEmitter implements Member {
  readonly remoteAddress: string | undefined;
  isDestroyed = false;

  constructor(remoteAddress: string | undefined) {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    assert.equal(this.isDestroyed, false, 'destroyed twice');
    this.isDestroyed = true;
  }
}

function connections(count: number, address?: string): Connection[] {
  return Array.from({ length: count }, () => new Connection(address));
}

test('S43 whoever hoards connections closes only his own, the oldest first', () => {
  const [standby] = connections(1, '10.0.0.1');
  const hoard = connections(20, '10.0.0.66');
  const all = crowd(5);
  for (const one of [...(standby ? [standby] : []), ...hoard]) all.add(one);
  assert.equal(standby?.isDestroyed, false);
  assert.deepEqual(
    hoard.map(({ isDestroyed }) => isDestroyed),
    hoard.map((_, index) => index < 16),
  );
});

test('S43 where each address has one, the oldest of all makes room', () => {
  const several = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].flatMap((ip) => connections(1, ip));
  const all = crowd(2);
  for (const one of several) all.add(one);
  assert.deepEqual(
    several.map(({ isDestroyed }) => isDestroyed),
    [true, false, false],
  );
});

test('S43 connections that closed by themselves count no more', () => {
  const all = crowd(3);
  for (const one of connections(10, undefined)) {
    all.add(one);
    one.emit('close');
    assert.equal(one.isDestroyed, false);
  }
});

test('S41 all that are open close together', () => {
  const several = [...connections(2, '10.0.0.1'), ...connections(1, '10.0.0.2')];
  {
    using all = crowd(3);
    for (const one of several) all.add(one);
  }
  assert.ok(several.every(({ isDestroyed }) => isDestroyed));
});
