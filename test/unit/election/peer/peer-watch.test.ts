import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ConnectionEnd,
  createPeerWatch,
  type PeerAction,
  type PeerInput,
} from '../../../../src/election/peer/peer-watch.ts';

const HOLDER = 'controller-0_1';
const OTHER = 'controller-0_2';

/** A watch at work, on a clock that only the test moves; `random` is 1, for the longest pauses. */
class Drive {
  readonly #watch = createPeerWatch(HOLDER);
  /** The kinds of the actions since they were last taken. */
  #actions: PeerAction[] = [];
  #now = 5_000;
  #connection = 0;

  constructor() {
    this.#step({ kind: 'wake' });
  }

  says(identity: string | undefined): this {
    return this.#step({ kind: 'said', connection: this.#connection, identity });
  }

  ends(end: ConnectionEnd, connection = this.#connection): this {
    return this.#step({ kind: 'ended', connection, end });
  }

  /** Moves time on, waking it whenever it asked for that. */
  advance(ms: number): this {
    const end = this.#now + ms;
    for (let at = this.#watch.nextWake(); at !== undefined && at <= end; ) {
      this.#now = at;
      this.#step({ kind: 'wake' });
      at = this.#watch.nextWake();
    }
    this.#now = end;
    return this;
  }

  wake(): this {
    return this.#step({ kind: 'wake' });
  }

  nextWakeIn(): number | undefined {
    const at = this.#watch.nextWake();
    return at === undefined ? undefined : at - this.#now;
  }

  /** What it did since it was last asked. */
  did(): PeerAction['kind'][] {
    const kinds = this.#actions.map(({ kind }) => kind);
    this.#actions = [];
    return kinds;
  }

  #step(input: PeerInput): this {
    for (const action of this.#watch.step(input, this.#now, 1)) {
      this.#actions.push(action);
      if (action.kind === 'connect') this.#connection = action.connection;
    }
    return this;
  }
}

/** One that has been watching the holder for a while. */
function watching(): Drive {
  const drive = new Drive().says(HOLDER).advance(60_000);
  assert.deepEqual(drive.did(), ['connect']);
  return drive;
}

test('S41 while the holder’s connection stands, nothing is done and nothing awaited', () => {
  const drive = watching();
  assert.equal(drive.nextWakeIn(), undefined);
  assert.deepEqual(drive.wake().says(OTHER).did(), []);
});

test('S41 a connection that closes is made again at once, and refused means gone', () => {
  const drive = watching().ends('closed');
  assert.deepEqual(drive.did(), ['connect']);
  assert.deepEqual(drive.ends('refused').did(), ['gone']);
});

test('S41 somebody else at the address means gone', () => {
  const drive = watching().ends('closed').says(OTHER);
  assert.deepEqual(drive.did(), ['connect', 'close', 'gone']);
});

test('S43 a refusal where the holder has never said hello tells nothing: a firewall may refuse for it', () => {
  const drive = new Drive().ends('refused').advance(20).ends('refused');
  assert.deepEqual(drive.did(), ['connect', 'connect']);
});

test('S41 somebody else where the holder has never said hello means gone', () => {
  assert.deepEqual(new Drive().says(OTHER).did(), ['connect', 'close', 'gone']);
});

test('S43 as long as it is gone that is told each second, until it says hello again', () => {
  const drive = watching().ends('closed').ends('refused').advance(999);
  assert.deepEqual(drive.did(), ['connect', 'gone']);
  assert.deepEqual(drive.advance(1).ends('refused').did(), ['connect', 'gone']);
  assert.deepEqual(drive.advance(1_000).says(HOLDER).advance(60_000).did(), ['connect']);
});

test('S41 a process that dies while it is connected to resets before it refuses: a moment later it is gone', () => {
  const drive = watching().ends('closed').ends('closed');
  const pause = drive.nextWakeIn() ?? 0;
  assert.ok(pause <= 40, `${pause}`);
  assert.deepEqual(drive.advance(pause).ends('refused').did(), ['connect', 'connect', 'gone']);
});

const NOTHING_KNOWN: readonly [what: string, happen: (drive: Drive) => void][] = [
  ['a connection that closes before the hello', (drive) => drive.ends('closed')],
  ['a machine that cannot be reached', (drive) => drive.ends('failed')],
  ['a line that is no hello', (drive) => drive.says(undefined)],
];
for (const [what, happen] of NOTHING_KNOWN) {
  test(`S43 ${what} tells nothing, and is tried again after 20 ms, growing to 1 s`, () => {
    const drive = new Drive();
    const pauses: (number | undefined)[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      happen(drive);
      pauses.push(drive.nextWakeIn());
      drive.advance(drive.nextWakeIn() ?? 0);
    }
    assert.deepEqual(pauses, [20, 40, 80, 160, 320, 640, 1_000, 1_000]);
    assert.equal(drive.did().includes('gone'), false);
  });
}

test('S43 a peer that neither answers nor says hello is let go after 1 s, and nothing is known', () => {
  const drive = new Drive();
  assert.deepEqual(drive.advance(999).did(), ['connect']);
  assert.deepEqual(drive.advance(1).did(), ['close']);
  assert.deepEqual(drive.advance(20).did(), ['connect']);
});

test('S43 what comes of a connection that was given up changes nothing', () => {
  const drive = new Drive().advance(1_020);
  drive.did();
  assert.deepEqual(drive.ends('refused', 1).did(), []);
  assert.deepEqual(drive.says(HOLDER).ends('refused', 1).did(), []);
});

test('S43 a peer that says hello and closes, again and again, is not asked in a circle', () => {
  const drive = new Drive();
  const pauses: (number | undefined)[] = [];
  for (let round = 0; round < 8; round += 1) {
    drive.did();
    drive.says(HOLDER).ends('closed');
    const pause = drive.did().includes('connect') ? 0 : drive.nextWakeIn();
    pauses.push(pause);
    drive.advance(pause ?? 0);
  }
  assert.deepEqual(pauses, [0, 40, 80, 160, 320, 640, 1_000, 1_000]);
});

test('S41 a connection that stood for a second is made again at once, whatever was before', () => {
  const drive = new Drive().ends('failed').advance(20).ends('failed').advance(40);
  drive.says(HOLDER).advance(1_000).did();
  assert.deepEqual(drive.ends('closed').did(), ['connect']);
});

type Happening = 'refused' | 'closed' | 'failed' | 'holder' | 'other' | 'garbage' | number;
const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  fc.constantFrom('refused', 'closed', 'failed', 'holder', 'other', 'garbage'),
  fc.integer({ min: 0, max: 2_000 }),
);

test('S43 whatever happens, only a refusal or a stranger means gone, and at most one connection is open', () => {
  const history = (happenings: readonly Happening[]) => {
    const watch = createPeerWatch(HOLDER);
    let now = 0;
    let open: number | undefined;
    let told = 0;
    let hasGreeted = false;
    const feed = (input: PeerInput) => {
      const mayTell =
        (input.kind === 'ended' && input.end === 'refused' && hasGreeted) ||
        (input.kind === 'said' && input.identity === OTHER);
      hasGreeted ||= input.kind === 'said' && input.identity === HOLDER;
      for (const action of watch.step(input, now, 0.5)) {
        if (action.kind === 'connect') {
          assert.equal(open, undefined, 'one connection at a time');
          open = action.connection;
        } else if (action.kind === 'close') {
          assert.equal(action.connection, open);
          open = undefined;
        } else {
          assert.ok(mayTell, `gone after ${input.kind}`);
          told += 1;
        }
      }
    };
    feed({ kind: 'wake' });
    for (const one of happenings) {
      const connection = open;
      if (typeof one === 'number') {
        now += one;
        feed({ kind: 'wake' });
      } else if (connection === undefined) {
        feed({ kind: 'wake' });
      } else if (one === 'refused' || one === 'closed' || one === 'failed') {
        open = undefined;
        feed({ kind: 'ended', connection, end: one });
      } else {
        const identity = { holder: HOLDER, other: OTHER, garbage: undefined }[one];
        feed({ kind: 'said', connection, identity });
      }
    }
    assert.ok(told <= 1 + now / 1_000, 'at most once a second');
    assert.ok(open !== undefined || watch.nextWake() !== undefined, 'it never gives up');
  };
  fc.assert(fc.property(fc.array(anyHappening, { maxLength: 60 }), history), { numRuns: 500 });
});
