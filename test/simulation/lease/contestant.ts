import { createLeaseCore, type LeaseCore } from '../../../src/election/lease/core.ts';
import {
  DEFAULT_TIMES,
  type LeaseAction,
  type LeaseInput,
  type LeaseReport,
} from '../../../src/election/lease/messages.ts';
import type { KubeLease } from '../../../src/kube/leases/kube-lease.ts';
import type { SimProcess } from '../sim-process.ts';
import type { LeaseWay } from './lease-way.ts';
import type { RaftFact } from './raft-fact.ts';

/** A time in which somebody acts, in the world's time: until it rests, or at most for as long as it was told. */
export interface Span {
  readonly from: number;
  to: number;
}

/** What it was told of its term: at `at` it was known to last until then. */
export interface Act {
  readonly at: number;
  readonly until: number;
}

/** As long as it believes to lead its Raft cluster. */
interface Belief extends Span {
  readonly term: number;
}

/** A process that has nothing but the core of a Lease election. */
export interface Contestant {
  readonly identity: string;
  /** Without one the Lease alone elects it. */
  readonly raft: RaftFact | undefined;
  readonly process: SimProcess;
  readonly way: LeaseWay;
  /** For which of `spans` it believes that it may act. */
  readonly beliefs: readonly Belief[];
  readonly spans: readonly Span[];
  readonly acts: readonly Act[];
  /** When it acted although it knew of another holder, or ceased to although it knew of none. */
  readonly errors: readonly string[];
  readonly reports: readonly { readonly at: number; readonly report: LeaseReport }[];
  /** Whose process it watches. */
  readonly following: string | undefined;
  readonly hasEnded: boolean;
  feed(input: LeaseInput): void;
  isActing(): boolean;
  /** It believes to lead in that term, or in its latest one, until then. */
  believe(term: number | undefined, to: number): void;
  isBelieving(): boolean;
  isInTouch(): boolean;
  kill(): void;
}

interface Parts {
  readonly identity: string;
  readonly raft: RaftFact | undefined;
  readonly process: SimProcess;
  readonly now: () => number;
  readonly random: () => number;
  readonly connect: (feed: (input: LeaseInput) => void) => LeaseWay;
  readonly onFollow: (contestant: Contestant) => void;
  readonly onEnded: (contestant: Contestant) => void;
}

export function startContestant(parts: Parts): Contestant {
  const { identity, raft, process, now, random } = parts;
  const core: LeaseCore = createLeaseCore({ ...DEFAULT_TIMES, identity, peer: `${identity}:1` });
  const spans: Span[] = [];
  const beliefs: Belief[] = raft ? [] : [{ term: 0, from: 0, to: Number.POSITIVE_INFINITY }];
  const acts: Act[] = [];
  const reports: { at: number; report: LeaseReport }[] = [];
  const errors: string[] = [];
  const newest = newestShown();
  let following: string | undefined;
  let hasEnded = false;
  let cancelWake = () => {};
  const current = () => spans.find(({ to }) => to > now());
  const rest = () => {
    const span = current();
    if (span !== undefined) span.to = now();
  };
  const act = (until: number) => {
    const span = current();
    const to = process.worldTimeOf(until);
    acts.push({ at: now(), until: to });
    if (span === undefined) spans.push({ from: now(), to });
    else span.to = to;
  };
  const perform = (action: LeaseAction) => {
    if (action.kind === 'act') return act(action.until);
    if (action.kind === 'rest') return rest();
    if (action.kind === 'report') return void reports.push({ at: now(), report: action.report });
    if (action.kind === 'ended') {
      hasEnded = true;
      way.close();
      return parts.onEnded(contestant);
    }
    if (action.kind === 'missed') return raft?.miss(contestant, action.claim);
    if (action.kind !== 'follow') return way.ask(identity, action);
    following = action.holder?.identity;
    parts.onFollow(contestant);
  };
  const feed = (input: LeaseInput) => {
    newest.take(input);
    for (const action of core.step(input, process.clock.now(), random())) {
      perform(action);
      const isTaken =
        action.kind === 'report' && 'end' in action.report && action.report.end === 'taken';
      if (isTaken && newest.holder() === identity) errors.push(`rests for nothing at ${now()}`);
    }
    const holder = newest.holder();
    if (holder !== undefined && holder !== identity && current() !== undefined) {
      errors.push(`acts beside ${holder || 'nobody'} at ${now()}`);
    }
    cancelWake();
    const at = core.nextWake();
    if (at !== undefined) cancelWake = process.clock.callAt(at, () => feed({ kind: 'wake' }));
  };
  const way = parts.connect(feed);
  const contestant: Contestant = {
    identity,
    raft,
    process,
    way,
    beliefs,
    spans,
    acts,
    errors,
    reports,
    get following() {
      return following;
    },
    get hasEnded() {
      return hasEnded;
    },
    feed: (input) => process.receive(() => feed(input)),
    isActing: () =>
      process.state === 'running' && current() !== undefined && contestant.isBelieving(),
    believe(term, to) {
      const last = beliefs.at(-1);
      if (last !== undefined && (term ?? last.term) === last.term) last.to = to;
      else if (term !== undefined) beliefs.push({ term, from: now(), to });
    },
    isBelieving: () => now() < (beliefs.at(-1)?.to ?? 0),
    isInTouch: () => beliefs.at(-1)?.to === Number.POSITIVE_INFINITY,
    kill() {
      process.kill();
      way.close();
      rest();
    },
  };
  way.watch();
  return contestant;
}

/** The newest state of the Lease that somebody was shown. */
function newestShown() {
  let [version, holder]: [number, string | undefined] = [0, undefined];
  const show = (at: number, lease: KubeLease | undefined) => {
    if (at < version) return;
    version = at;
    holder = lease && (lease.holder ?? '');
  };
  return {
    /** Empty where nobody held it, undefined where there was none. */
    holder: () => holder,
    take(input: LeaseInput) {
      if (input.kind === 'seen') show(Number(input.sight.version), input.sight.lease);
      if (input.kind !== 'read' && input.kind !== 'written') return;
      if (input.lease !== undefined) show(Number(input.lease.version), input.lease);
    },
  };
}
