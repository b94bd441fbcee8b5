import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createClusterCore } from '../../../../../src/election/raft/cluster/core.ts';
import {
  type ClusterAction,
  type ClusterInput,
  DEFAULT_CLUSTER_TIMES,
} from '../../../../../src/election/raft/cluster/messages.ts';
import { FinalKubeError, RetryableKubeError } from '../../../../../src/kube/api/kube-error.ts';
import type { ClusterLease } from '../../../../../src/kube/leases/cluster-lease.ts';
import {
  addressOf,
  clusterText,
  ipOf,
  toMember,
  toStatus,
} from '../../../../support/election/cluster-text.ts';

const cluster = fc.record({
  id: fc.constantFrom('A', 'New1'),
  epoch: fc.integer({ min: 1, max: 3 }),
});
const who = fc.option(fc.constantFrom('us', 'b', 'c'), { nil: undefined });

const content = fc.record({
  cluster: fc.option(cluster, { nil: undefined }),
  founder: who,
  doubter: who,
});

const member = fc
  .tuple(
    fc.constantFrom('b', 'c', 'd', 'b@c', '?4'),
    cluster.map(clusterText),
    fc.subarray(['data', 'says-leaving', 'failed', 'left']),
  )
  .map(([name, of, flags]) => [name, of, ...flags].join('/'));

const status = fc.record({
  role: fc.constantFrom('leader', 'follower', 'follower of=b'),
  voters: fc.subarray(['us', 'b', 'c', 'd']),
  nonvoters: fc.constantFrom('e', 'f'),
});

/** What a run consists of; answers go to whatever has been asked for, if anything has. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
  fc.record({
    kind: fc.constant('edit' as const),
    content: fc.option(content, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('show' as const) }),
  fc.record({ kind: fc.constant('answer' as const) }),
  fc.record({ kind: fc.constant('lose' as const) }),
  fc.record({ kind: fc.constant('open' as const), isEmpty: fc.boolean() }),
  fc.record({
    kind: fc.constant('pods' as const),
    pods: fc.option(fc.subarray(['us', 'b', 'c', 'd'])),
  }),
  fc.record({ kind: fc.constant('members' as const), members: fc.array(member, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant('raft' as const), status: fc.option(status) }),
);

type Happening = typeof happening extends fc.Arbitrary<infer One> ? One : never;
type Request = Extract<ClusterAction, { request: number }>;

/** A core in any hands, held to its word. */
class Player {
  now = 0;
  hasLeft = false;
  readonly #core;
  #lease: ClusterLease | undefined;
  #version = 1;
  #pending: Request | undefined;
  #opening: string | undefined;
  #open: string | undefined;
  #isRunning = false;
  readonly #begun = new Set<string>();

  constructor(kept: { id: string; epoch: number } | undefined) {
    let count = 0;
    const names = { identity: 'us', node: `${ipOf('us')}:0`, podIp: ipOf('us') };
    const newClusterId = () => `New${++count}`;
    const raftAddress = addressOf('us');
    const settings = { ...DEFAULT_CLUSTER_TIMES, ...names, raftAddress, newClusterId };
    this.#core = createClusterCore(settings, kept);
  }

  play(happens: Happening): void {
    switch (happens.kind) {
      case 'pass':
        return this.#pass(happens.ms);
      case 'edit':
        return this.#edit(happens.content);
      case 'show':
        return this.#show();
      case 'answer':
        return this.#answer();
      case 'lose':
        return this.#lose();
      case 'open':
        return this.#opened(happens.isEmpty);
      case 'pods':
        return this.feed({ kind: 'pods', ips: happens.pods?.map(ipOf) });
      case 'members':
        return this.feed({ kind: 'members', members: happens.members.map(toMember) });
      case 'raft':
        return this.#raft(happens.status);
    }
  }

  feed(input: ClusterInput): void {
    for (const action of this.#core.step(input, this.now, 0.5)) this.#take(action);
    const wake = this.#core.nextWake();
    assert.ok(wake === undefined || wake > this.now, `woken at ${this.now}, it asks for ${wake}`);
  }

  #take(action: ClusterAction): void {
    assert.ok(!this.hasLeft, `${action.kind} after it has left`);
    if ('request' in action) {
      assert.equal(this.#pending, undefined, 'two requests are under way');
      this.#pending = action;
    }
    if (action.kind === 'open') {
      assert.ok(!this.#isRunning, 'it opens a folder while a server runs');
      this.#opening = clusterText(action.cluster);
    }
    if (action.kind === 'run') this.#run(action);
    if (action.kind === 'stop') {
      assert.ok(this.#isRunning, 'it stops what does not run');
      this.#isRunning = false;
    }
    if (action.kind === 'change' || action.kind === 'transfer') {
      assert.ok(this.#isRunning, `${action.kind} of what does not run`);
    }
    if (action.kind === 'left') this.hasLeft = true;
  }

  #run(action: Extract<ClusterAction, { kind: 'run' }>): void {
    const name = clusterText(action.cluster);
    assert.equal(this.#open, name, 'it runs what is not open');
    assert.ok(!this.#isRunning, 'it runs a server twice');
    this.#isRunning = true;
    if (!action.bootstrap) return;
    assert.ok(!this.#begun.has(name), `it begins ${name} twice`);
    assert.equal(clusterText(this.#lease?.cluster), name, 'it begins what nobody names');
    this.#begun.add(name);
  }

  #pass(ms: number): void {
    const until = this.now + ms;
    for (
      let at = this.#core.nextWake();
      at !== undefined && at <= until;
      at = this.#core.nextWake()
    ) {
      this.now = at;
      this.feed({ kind: 'wake' });
    }
    this.now = until;
  }

  #edit(given: Omit<ClusterLease, 'uid' | 'version'> | undefined): void {
    this.#version += 1;
    this.#lease = given && { uid: 'u', version: String(this.#version), ...given };
    this.#show();
  }

  #show(): void {
    this.feed({ kind: 'seen', sight: { version: String(this.#version), lease: this.#lease } });
  }

  #answer(): void {
    const action = this.#pending;
    if (action === undefined) return;
    this.#pending = undefined;
    const { request } = action;
    if (action.kind === 'read') return this.feed({ kind: 'read', request, lease: this.#lease });
    const isRight =
      action.kind === 'create'
        ? this.#lease === undefined
        : this.#lease?.version === action.of.version;
    if (!isRight) {
      const error = new FinalKubeError('conflict', 'write', 'conflict');
      return this.feed({ kind: 'failed', request, error });
    }
    const { cluster: named, founder, doubter } = { ...this.#lease, ...action.change };
    this.#version += 1;
    this.#lease = {
      uid: 'u',
      version: String(this.#version),
      cluster: named,
      founder: founder ?? undefined,
      doubter: doubter ?? undefined,
    };
    this.feed({ kind: 'written', request, lease: this.#lease });
  }

  #lose(): void {
    const action = this.#pending;
    if (action === undefined) return;
    this.#pending = undefined;
    const error = new RetryableKubeError('unreachable', 'ask', 'lost');
    this.feed({ kind: 'failed', request: action.request, error });
  }

  #opened(isEmpty: boolean): void {
    const name = this.#opening;
    if (name === undefined) return;
    this.#opening = undefined;
    this.#open = name;
    const [id = '', epoch] = name.split('.');
    const named = { id, epoch: Number(epoch) };
    this.feed({ kind: 'opened', cluster: named, serverId: 'us', isEmpty });
  }

  #raft(given: { role: string; voters: string[]; nonvoters: string } | null): void {
    if (!this.#isRunning) return;
    if (given === null) return this.feed({ kind: 'raft', status: undefined });
    const { role, voters, nonvoters } = given;
    const lists = [voters.length > 0 ? `voters=${voters.join()}` : '', `nonvoters=${nonvoters}`];
    const words = [...role.split(' '), ...lists.filter(Boolean)];
    this.feed({ kind: 'raft', status: toStatus(words, this.now) });
  }
}

test('whatever happens, a cluster core asks one thing at a time, runs one server, and begins nothing twice', () => {
  const kept = fc.option(cluster, { nil: undefined });
  fc.assert(
    fc.property(kept, fc.array(happening, { maxLength: 60 }), (first, all) => {
      const player = new Player(first);
      for (const happens of all) player.play(happens);
    }),
    { numRuns: 1_000 },
  );
});

test('S41 whatever has happened, a cluster core that is to leave is done after 2 s', () => {
  const kept = fc.option(cluster, { nil: undefined });
  fc.assert(
    fc.property(kept, fc.array(happening, { maxLength: 30 }), (first, all) => {
      const player = new Player(first);
      for (const happens of all) player.play(happens);
      player.feed({ kind: 'leave' });
      player.play({ kind: 'pass', ms: DEFAULT_CLUSTER_TIMES.leaveMs });
      assert.ok(player.hasLeft);
    }),
    { numRuns: 1_000 },
  );
});
