import type { PlantedFault } from '../../support/planted-fault/planted-fault.ts';

/** A rule of what makes a Lease depend on Raft that is left out on purpose. */
export interface FenceFault extends PlantedFault {
  readonly title: string;
  /** What shows it; the simulation, where nothing is said: some of it only the others look at. */
  readonly shownBy?: 'scripts' | 'terms';
}

const LEASE = 'src/election/lease';

export const FAULTS: readonly FenceFault[] = [
  {
    title: 'waits for the Lease to expire though Raft has elected it',
    file: `${LEASE}/standby.ts`,
    from: "if (supersedes(claim, lease?.claim)) return { at: 0, kind, cause: 'superseded' };",
    to: '',
  },
  {
    title: 'takes the Lease from the leader of another epoch',
    file: `${LEASE}/standby.ts`,
    from: ' && ours.epoch === theirs.epoch',
    to: '',
  },
  {
    title: 'takes the Lease from who was elected after it',
    file: `${LEASE}/standby.ts`,
    from: 'ours.term > theirs.term',
    to: 'ours.term !== theirs.term',
  },
  {
    title: 'takes the Lease from whoever Raft did not elect',
    file: `${LEASE}/standby.ts`,
    from: 'if (ours === undefined || theirs === undefined) return false;',
    to: 'if (ours === undefined) return false;\n  if (theirs === undefined) return true;',
  },
  {
    title: 'leaves the claim of the holder before it on the Lease',
    file: `${LEASE}/requesting.ts`,
    from: 'return state.known?.lease?.claim === undefined ? {} : { claim: null };',
    to: 'return {};',
  },
  {
    title: 'acts on by what it wrote in an earlier term',
    file: `${LEASE}/standby.ts`,
    from: "if ('claim' in state.role && !isSameClaim(state.role.claim, claim)) endTerm(step, 'deposed');",
    to: '',
    shownBy: 'scripts',
  },
  {
    title: 'takes an answer to what it wrote in an earlier term for good in a later one',
    file: `${LEASE}/leading.ts`,
    from: "if ('claim' in role && !isSameClaim(role.claim, claim)) return;",
    to: '',
    shownBy: 'scripts',
  },
  {
    title: 'takes the Lease upon a word of peers without a mark, once Raft has heard it',
    file: `${LEASE}/requesting.ts`,
    from: "cause === 'probe' || (cause === 'superseded' && isGone(state, state.known))",
    to: "cause === 'probe'",
  },
  {
    title: 'passes words of peers on to Raft though the Lease is marked',
    file: `${LEASE}/standby.ts`,
    from: 'claim !== undefined && isGone(state, known)',
    to: 'claim !== undefined',
  },
  {
    title: 'tells Raft nothing of a leader whose process is gone',
    file: `${LEASE}/standby.ts`,
    from: "actions.push({ kind: 'missed', claim });",
    to: 'return;',
  },
  {
    title: 'never stands again once it sat',
    file: `${LEASE}/handing-over.ts`,
    from: "giveBack(step, 'watching');",
    to: "giveBack(step, 'ended');",
  },
  {
    title: 'keeps the Lease though it sits',
    file: `${LEASE}/handing-over.ts`,
    from: "giveBack(step, 'watching');",
    to: "step.state.role = { kind: 'watching' };",
    shownBy: 'scripts',
  },
  {
    title: 'acts on though it sits',
    file: `${LEASE}/handing-over.ts`,
    from: "endTerm(step, 'deposed');",
    to: '',
    shownBy: 'scripts',
  },
  {
    title: 'holds a term for valid that Raft has ended',
    file: `${LEASE}/running-term.ts`,
    from: ' && mayAct(now)',
    to: '',
    shownBy: 'terms',
  },
];
