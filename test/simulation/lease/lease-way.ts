import type { Clock } from '../../../src/base/clock.ts';
import type { Random } from '../../../src/base/random.ts';
import type { LeaseAction, LeaseInput } from '../../../src/election/lease/messages.ts';
import {
  FinalKubeError,
  type KubeError,
  RetryableKubeError,
} from '../../../src/kube/api/kube-error.ts';
import type { LinkState } from '../fleet/sim-link.ts';
import type { SimProcess } from '../sim-process.ts';
import type { Commit, LeaseRegister } from './lease-register.ts';

/** One process's way to the Lease: its requests, and its watch. */
export interface LeaseWay {
  state: LinkState;
  /** A message takes up to so many milliseconds more. */
  slowMs: number;
  /** The share of requests that fail at the server, before or after they are done; 0 to 1. */
  faults: number;
  /** World's time: when the last has come of what the watch has been sent. */
  readonly showsUntil: number;
  ask(by: string, action: LeaseRequest): void;
  /** Shows what there is, and every change from then on. */
  watch(): void;
  /** The watch seems open and tells nothing more, until its silence is noticed. */
  hang(): void;
  /** What the register tells whoever watches. */
  tell(commit: Commit): void;
  /** The process asks nothing more. */
  close(): void;
}

type LeaseRequest = Extract<LeaseAction, { kind: 'read' | 'create' | 'update' }>;

const DEADLINE_MS = 1_250;
/** As the real one's: a watch that is silent for so long is begun anew. */
const SILENCE_MS = 3_000;

interface Parts {
  readonly world: Clock;
  readonly random: Random;
  readonly process: SimProcess;
  readonly register: LeaseRegister;
  readonly feed: (input: LeaseInput) => void;
}

export function leaseWay(parts: Parts): LeaseWay {
  const { world, random, process, register, feed } = parts;
  let isClosed = false;
  /** Which watch it is; what an earlier one sends comes to nobody. */
  let watchNumber = 0;
  let [isWatched, lastArrival] = [false, 0];
  let cancelSilence = () => {};
  const delay = () => 0.3 + random() * (2 + way.slowMs);
  const later = (run: () => void) => void world.callAt(world.now() + delay(), run);
  const passes = () => way.state === 'open' || way.state === 'deaf';

  const listenOn = () => {
    cancelSilence();
    if (isClosed) return;
    cancelSilence = process.clock.callAt(process.clock.now() + SILENCE_MS, () => way.watch());
  };
  /** What a watch shows comes in its order, and not at all after something is lost. */
  const show = (input: LeaseInput) => {
    const number = watchNumber;
    lastArrival = Math.max(lastArrival, world.now() + delay());
    world.callAt(lastArrival, () => {
      if (way.state !== 'open') isWatched = false;
      if (number !== watchNumber || !isWatched || isClosed) return;
      process.receive(() => {
        listenOn();
        feed(input);
      });
    });
  };
  const way: LeaseWay = {
    state: 'open',
    slowMs: 0,
    faults: 0,
    get showsUntil() {
      return lastArrival;
    },
    ask(by, action) {
      const startedAt = world.now();
      let isOver = false;
      const answer = (input: LeaseInput) => {
        if (isOver || isClosed) return;
        isOver = true;
        cancel();
        feed(input);
      };
      const fail = (error: KubeError) => answer({ kind: 'failed', request: action.request, error });
      const cancel = process.clock.callAt(process.clock.now() + DEADLINE_MS, () =>
        fail(unreachable()),
      );
      const back = (run: () => void) =>
        later(() => {
          if (way.state === 'open') process.receive(run);
        });
      later(() => {
        if (way.state === 'refused') return later(() => process.receive(() => fail(unreachable())));
        if (!passes()) return;
        const dice = random();
        if (dice < way.faults / 2) return back(() => fail(serverError()));
        const result = serve(register, { by, startedAt, action });
        if (dice < way.faults) return back(() => fail(serverError()));
        back(() => answer(result));
      });
    },
    watch() {
      watchNumber += 1;
      isWatched = false;
      listenOn();
      const number = watchNumber;
      later(() => {
        if (!passes() || number !== watchNumber || isClosed) return;
        isWatched = true;
        const { lease, version } = register;
        show({ kind: 'seen', sight: { version: String(version), lease } });
      });
    },
    hang() {
      isWatched = false;
    },
    tell({ version, after }) {
      if (!isWatched) return;
      show({ kind: 'seen', sight: { version: String(version), lease: after } });
    },
    close() {
      isClosed = true;
      cancelSilence();
    },
  };
  return way;
}

interface Asked {
  readonly by: string;
  readonly startedAt: number;
  readonly action: LeaseRequest;
}

function serve(register: LeaseRegister, { action, ...who }: Asked): LeaseInput {
  const { request } = action;
  if (action.kind === 'read') return { kind: 'read', request, lease: register.lease };
  const write = { ...who, change: action.change };
  const result =
    action.kind === 'create' ? register.create(write) : register.update(action.of, write);
  if (typeof result !== 'string') return { kind: 'written', request, lease: result };
  return { kind: 'failed', request, error: new FinalKubeError(result, 'write the Lease', result) };
}

function unreachable(): KubeError {
  return new RetryableKubeError('unreachable', 'the Lease', 'no answer');
}

function serverError(): KubeError {
  return new RetryableKubeError('server', 'the Lease', '500 internal error');
}
