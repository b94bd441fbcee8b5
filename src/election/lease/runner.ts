import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { type WakeTimer, wakeTimer } from '../../base/wake-timer.ts';
import type { LeaseClaim } from '../../kube/leases/kube-lease.ts';
import type { LeasesApi } from '../../kube/leases/leases-api.ts';
import { carryOut } from '../carry-out.ts';
import type { Election, Term } from '../election.ts';
import { createLeaseCore, type LeaseCore } from './core.ts';
import { type LeaseCheck, leaseCheck } from './lease-check.ts';
import type { Holder, LeaseAction, LeaseInput, LeaseReport, LeaseSettings } from './messages.ts';
import { type RunningTerm, runningTerm } from './running-term.ts';

export interface LeaseElectionParts {
  readonly api: LeasesApi;
  /** Tells, as often as it finds it so, that the holder's process is gone, until it is disposed of. */
  readonly watchPeer: (holder: Holder, gone: () => void) => Disposable;
  /** Takes in each term as it begins. */
  readonly onTerm: (term: Term) => void;
  /**
   * Takes in that the process is gone that holds the Lease by this claim, whether we stand or not; but
   * not while the Lease is marked, and so Raft's elections cannot be forged more often than ours (S43).
   */
  readonly onMissed?: (claim: LeaseClaim) => void;
  /** Takes in what there is to log and to count. */
  readonly report: (report: LeaseReport) => void;
  /** Whether anything else keeps a term from being valid at `now` (ms, monotonic); without it, nothing. */
  readonly mayAct?: (now: number) => boolean;
  readonly settings: LeaseSettings;
  readonly clock: Clock;
  readonly random: Random;
}

/** An election by a Lease that others may make depend on one of their own (docs/adr/0016). */
export interface LeaseElection extends Election {
  /** Without a claim: as one of those whom nobody but the Lease elects. The latest one counts. */
  stand(claim?: LeaseClaim): void;
  /** Acts no longer, and gives the lead to whoever takes it, until it stands again. */
  sit(): void;
  /** What the holder of the Lease claims, ourselves included. */
  claim(): LeaseClaim | undefined;
}

/** Takes part in the election by a Lease: follows who leads from now on, and may lead once it stands. */
export function startLeaseElection(parts: LeaseElectionParts): LeaseElection {
  const runner: Runner = {
    parts,
    core: createLeaseCore(parts.settings),
    check: leaseCheck(),
    timer: wakeTimer(parts.clock, () => feed(runner, { kind: 'wake' })),
    abort: new AbortController(),
    over: Promise.withResolvers(),
    following: undefined,
    peer: undefined,
    term: undefined,
  };
  runner.following = follow(runner);
  return {
    leader: () => (runner.abort.signal.aborted ? undefined : runner.core.leader()),
    stand: (claim) => feed(runner, { kind: 'stand', claim }),
    sit: () => feed(runner, { kind: 'sit' }),
    claim: () => runner.core.claim(),
    handOver() {
      runner.check.stopping();
      feed(runner, { kind: 'hand-over' });
      return runner.over.promise;
    },
    check: runner.check,
    stop: () => stop(runner),
  };
}

interface Runner {
  readonly parts: LeaseElectionParts;
  readonly core: LeaseCore;
  readonly check: LeaseCheck;
  readonly timer: WakeTimer;
  /** Aborts when all is over. */
  readonly abort: AbortController;
  readonly over: PromiseWithResolvers<void>;
  following: Disposable | undefined;
  peer: Disposable | undefined;
  term: RunningTerm | undefined;
}

function follow(runner: Runner): Disposable {
  const { api } = runner.parts;
  return api.follow(
    (sight) => {
      runner.check.seen();
      feed(runner, { kind: 'seen', sight });
    },
    (error) => runner.check.trouble('watch', error),
  );
}

function feed(runner: Runner, input: LeaseInput): void {
  const { parts, core, abort, timer } = runner;
  if (abort.signal.aborted) return;
  for (const action of core.step(input, parts.clock.now(), parts.random())) {
    act(runner, action);
    if (abort.signal.aborted) return;
  }
  timer.set(core.nextWake());
}

function act(runner: Runner, action: LeaseAction): void {
  switch (action.kind) {
    case 'act':
      return holdTerm(runner, action.until);
    case 'rest':
      return endTerm(runner);
    case 'follow':
      return watch(runner, action.holder);
    case 'missed':
      return runner.parts.onMissed?.(action.claim);
    case 'report':
      return report(runner, action.report);
    case 'ended':
      return stop(runner);
    default:
      return void ask(runner, action);
  }
}

async function ask(
  runner: Runner,
  action: Extract<LeaseAction, { request: number }>,
): Promise<void> {
  const answer = await carryOut(runner.parts.api, action, runner.abort.signal);
  if (answer === undefined) return;
  if (answer.kind !== 'failed') runner.check.seen();
  feed(runner, answer);
}

function holdTerm(runner: Runner, until: number): void {
  if (runner.term !== undefined) return runner.term.extend(until);
  const { mayAct = () => true, onTerm } = runner.parts;
  runner.term = runningTerm(until, mayAct);
  onTerm(runner.term.term);
}

function endTerm(runner: Runner): void {
  const { term } = runner;
  runner.term = undefined;
  term?.end();
}

function watch(runner: Runner, holder: Holder | undefined): void {
  runner.peer?.[Symbol.dispose]();
  const gone = (identity: string) => feed(runner, { kind: 'holder-gone', holder: identity });
  runner.peer = holder && runner.parts.watchPeer(holder, () => gone(holder.identity));
}

function report(runner: Runner, content: LeaseReport): void {
  const { check, parts } = runner;
  if (content.kind === 'failing') check.trouble('requests', content.error);
  if (content.kind === 'recovered') check.trouble('requests', undefined);
  parts.report(content);
}

function stop(runner: Runner): void {
  runner.check.stopping();
  runner.abort.abort();
  runner.timer.stop();
  endTerm(runner);
  runner.peer?.[Symbol.dispose]();
  runner.following?.[Symbol.dispose]();
  runner.over.resolve();
}
