import { type Backoff, backoffDelay } from '../../base/backoff.ts';

/** How a connection ended that we did not close. */
export type ConnectionEnd =
  /** The machine answered that nobody listens on the port (ECONNREFUSED). */
  | 'refused'
  /** It stood, and was closed or reset. */
  | 'closed'
  /** It never stood: no answer, no route, or anything else that says nothing of the process. */
  | 'failed';

/** What has happened since the last step. `connection` says on which connection. */
export type PeerInput =
  /** The time has come that `nextWake` named; also the first input. */
  | { readonly kind: 'wake' }
  /** Its first line. Who says hello in it; undefined where it is no hello. */
  | { readonly kind: 'said'; readonly connection: number; readonly identity: string | undefined }
  | { readonly kind: 'ended'; readonly connection: number; readonly end: ConnectionEnd };

/** What is to be done, in this order. */
export type PeerAction =
  | { readonly kind: 'connect'; readonly connection: number }
  | { readonly kind: 'close'; readonly connection: number }
  /** The process that was watched is no more. An event, not a state: it is told again each second. */
  | { readonly kind: 'gone' };

/** The pure state machine; see `step`. */
export interface PeerWatch {
  /**
   * Takes one input and returns what is to be done.
   * @param now milliseconds, monotonic
   * @param random 0 to 1, for jitter
   */
  step(input: PeerInput, now: number, random: number): PeerAction[];
  /** When (ms, monotonic) to `wake` it if nothing happens before. */
  nextWake(): number | undefined;
}

/** To connect, and to hear who is there. A sound peer takes milliseconds. */
const HELLO_DEADLINE_MS = 1_000;
/** Where nothing is known. The first one is short: a dying process resets before it refuses. */
const UNKNOWN_BACKOFF: Backoff = { baseMs: 20, capMs: 1_000 };
/** Between two looks at a process that is gone. */
const GONE_PAUSE_MS = 1_000;
/** A connection that stands for so long was worth its while: the next one is tried at once. */
const LASTING_MS = 1_000;

type State =
  | { readonly kind: 'pausing'; readonly until: number }
  | { readonly kind: 'greeting'; readonly connection: number; readonly until: number }
  | { readonly kind: 'watching'; readonly connection: number; readonly since: number };

interface Watch {
  readonly identity: string;
  state: State;
  connections: number;
  /** Connections in a row that did not last. */
  failures: number;
  /** Whether the holder has ever said hello to us. */
  hasGreeted: boolean;
}

/**
 * Watches whether the process of an identity lives, by one connection to its peer server. Only two
 * answers say that it is gone: nobody listens any more where it once said hello, or somebody else says
 * hello. Whatever else happens says nothing, and it tries again: who holds the Lease is then for its
 * expiry to tell. (A firewall that refuses for it would refuse from the beginning.)
 */
export function createPeerWatch(identity: string): PeerWatch {
  const watch: Watch = {
    identity,
    state: { kind: 'pausing', until: Number.NEGATIVE_INFINITY },
    connections: 0,
    failures: 0,
    hasGreeted: false,
  };
  return {
    step: (input, now, random) => step(watch, input, { now, random }),
    nextWake: () => (watch.state.kind === 'watching' ? undefined : watch.state.until),
  };
}

interface Moment {
  readonly now: number;
  readonly random: number;
}

function step(watch: Watch, input: PeerInput, moment: Moment): PeerAction[] {
  const { state } = watch;
  if (input.kind === 'wake') return onWake(watch, moment);
  if (state.kind === 'pausing' || state.connection !== input.connection) return [];
  if (input.kind === 'ended') return onEnded(watch, state, input.end, moment);
  return state.kind === 'greeting' ? onSaid(watch, state.connection, input.identity, moment) : [];
}

function onWake(watch: Watch, moment: Moment): PeerAction[] {
  const { state } = watch;
  if (state.kind === 'watching' || state.until > moment.now) return [];
  if (state.kind === 'pausing') return connect(watch, moment);
  return learnNothing(watch, moment, [{ kind: 'close', connection: state.connection }]);
}

function onSaid(
  watch: Watch,
  connection: number,
  identity: string | undefined,
  moment: Moment,
): PeerAction[] {
  if (identity === watch.identity) {
    watch.state = { kind: 'watching', connection, since: moment.now };
    watch.hasGreeted = true;
    return [];
  }
  const close: PeerAction = { kind: 'close', connection };
  return identity === undefined
    ? learnNothing(watch, moment, [close])
    : findGone(watch, moment, [close]);
}

function onEnded(
  watch: Watch,
  state: Exclude<State, { kind: 'pausing' }>,
  end: ConnectionEnd,
  moment: Moment,
): PeerAction[] {
  if (state.kind === 'greeting') {
    const isGone = end === 'refused' && watch.hasGreeted;
    return isGone ? findGone(watch, moment, []) : learnNothing(watch, moment, []);
  }
  if (moment.now - state.since >= LASTING_MS) watch.failures = 0;
  // At once, but not in a circle: a server with too many connections says hello and closes them.
  if (watch.failures > 0) return learnNothing(watch, moment, []);
  watch.failures += 1;
  return connect(watch, moment);
}

function connect(watch: Watch, { now }: Moment): PeerAction[] {
  watch.connections += 1;
  const connection = watch.connections;
  watch.state = { kind: 'greeting', connection, until: now + HELLO_DEADLINE_MS };
  return [{ kind: 'connect', connection }];
}

function learnNothing(watch: Watch, { now, random }: Moment, actions: PeerAction[]): PeerAction[] {
  watch.failures += 1;
  const until = now + backoffDelay(UNKNOWN_BACKOFF, watch.failures, random);
  watch.state = { kind: 'pausing', until };
  return actions;
}

function findGone(watch: Watch, { now }: Moment, actions: PeerAction[]): PeerAction[] {
  watch.state = { kind: 'pausing', until: now + GONE_PAUSE_MS };
  return [...actions, { kind: 'gone' }];
}
