import { type Act, type Entry, EVERYBODY, inOrder, machineOf, OPERATOR } from './record.ts';
import { type LeaseWrite, type Takeover, takeoversIn } from './takeovers.ts';

/** The bounds of docs/adr/0010 and 0016, in milliseconds. */
export interface Bounds {
  /** So long after it began its last successful write a leader may act. */
  readonly renewDeadlineMs: number;
  /** So long after it last saw the Lease change a standby may take it. */
  readonly durationMs: number;
  /** So long after a takeover by probe there is no other. */
  readonly probeMarkMs: number;
  /** So long a Raft leader may act beside the one that supersedes it. */
  readonly raftLeaderMs: number;
  /** So long may pushes take that were begun before a hand-over. */
  readonly finishMs: number;
  /** What a busy machine may add on the way from an act to its entry in the record. */
  readonly slackMs: number;
}

export const BOUNDS: Bounds = {
  renewDeadlineMs: 4_000,
  durationMs: 5_000,
  probeMarkMs: 30_000,
  raftLeaderMs: 1_000,
  finishMs: 5_000,
  slackMs: 1_000,
};

/** A pod that has been served may be pushed to once more by one that came to act about then. */
const CHANGE_MS = 10_000;

type Of<Kind extends Entry['kind']> = Extract<Entry, { readonly kind: Kind }>;

/** What in the record must not be, each as a sentence: nothing, where all is well. */
export function judge(record: readonly Entry[], bounds: Bounds = BOUNDS): string[] {
  const facts = factsOf(inOrder(record));
  return [
    ...judgeRecord(facts),
    ...judgePods(facts),
    ...judgeTakeovers(facts, bounds),
    ...judgeMints(facts, bounds),
    ...judgePushes(facts, bounds),
  ];
}

interface Facts {
  readonly all: readonly Entry[];
  readonly writes: readonly LeaseWrite[];
  readonly takeovers: readonly Takeover[];
  readonly mints: readonly Of<'mint'>[];
  readonly pushes: readonly Of<'push'>[];
  readonly answers: readonly Of<'answer'>[];
}

function factsOf(all: readonly Entry[]): Facts {
  const of = <Kind extends Entry['kind']>(kind: Kind) =>
    all.filter((entry): entry is Of<Kind> => entry.kind === kind);
  const [writes, mints, pushes] = [of('lease'), of('mint'), of('push')];
  return { all, writes, takeovers: takeoversIn(writes), mints, pushes, answers: of('answer') };
}

/** Who is served has been minted for, and pushed to: else the record is not whole. */
function judgeRecord({ all, mints, pushes }: Facts): string[] {
  const pushed = new Set(pushes.map(({ pod }) => pod));
  const ended = all.flatMap((entry) => {
    return entry.kind === 'ends' && entry.code === 0 ? entry.pod : [];
  });
  const missed = ended
    .filter((pod) => !pushed.has(pod))
    .map((pod) => `${pod} ended well, and nobody was seen to push to it`);
  if (mints.length >= ended.length) return missed;
  return [...missed, `${ended.length} pods were served, and ${mints.length} mints were seen`];
}

/** Every pod is served, once; it is pushed to again only when another controller has come to act. */
function judgePods(facts: Facts): string[] {
  const { all, pushes, answers } = facts;
  const found: string[] = [];
  const ends = new Map<string, number>();
  for (const entry of all) if (entry.kind === 'ends') ends.set(entry.pod, entry.code);
  for (const entry of all) {
    if (entry.kind !== 'waits') continue;
    const code = ends.get(entry.pod);
    if (code === undefined) found.push(`${entry.pod} was never served`);
    else if (code !== 0) found.push(`${entry.pod} ended with ${code}`);
  }
  const served = new Map<string, Of<'answer'>>();
  for (const answer of answers) {
    if (answer.status !== 200) continue;
    if (served.has(answer.pod)) found.push(`${answer.pod} was served twice`);
    else served.set(answer.pod, answer);
  }
  for (const push of pushes) {
    const before = served.get(push.pod);
    if (before === undefined || push.at <= before.at) continue;
    if (push.by === before.by) {
      found.push(`${push.by} pushed to ${push.pod} again, which it had served`);
    } else if (
      push.at > before.at + CHANGE_MS ||
      !tookOver(facts, push.by, before.at - CHANGE_MS, push.at)
    ) {
      found.push(`${push.by} pushed to ${push.pod}, which ${before.by} had served long before`);
    }
  }
  return found;
}

/** Whether the machine came to hold the Lease in that time. */
function tookOver({ takeovers }: Facts, by: string, from: number, to: number): boolean {
  return takeovers.some(({ write }) => write.by === by && write.at >= from && write.at <= to);
}

/** The Lease is taken when it is free, or has expired; by probe now and then only. */
function judgeTakeovers({ takeovers }: Facts, { durationMs, probeMarkMs }: Bounds): string[] {
  let lastProbe = Number.NEGATIVE_INFINITY;
  return takeovers.flatMap(({ write: { at, by }, how, before }) => {
    if (how === 'expiry') {
      const age = Math.round(at - (before?.at ?? 0));
      return age < durationMs ? `${by} took the Lease ${age} ms after its holder wrote it` : [];
    }
    if (how !== 'probe') return [];
    const since = Math.round(at - lastProbe);
    lastProbe = at;
    return since < probeMarkMs ? `${by} took over by probe ${since} ms after another had` : [];
  });
}

function isOf(holder: string | undefined, machine: string): boolean {
  return holder !== undefined && machineOf(holder) === machine;
}

/**
 * Who mints holds the Lease, by a write not long ago, and has not given it up. As the Lease is taken
 * from a holder only after that time, but for a takeover by probe, no other acts meanwhile.
 */
function judgeMints(facts: Facts, bounds: Bounds): string[] {
  const { renewDeadlineMs, raftLeaderMs, slackMs } = bounds;
  return facts.mints.flatMap((mint) => {
    if (mint.by === OPERATOR || mayBeLate(facts, mint, slackMs)) return [];
    const hold = lastHold(facts, mint);
    const when = `at ${Math.round(mint.at)}`;
    if (hold === undefined) return `${mint.by} minted ${when} though it never held the Lease`;
    const age = mint.at - hold.at;
    if (age > renewDeadlineMs + slackMs) {
      return `${mint.by} minted ${when}, ${Math.round(age)} ms after it last wrote the Lease`;
    }
    const released = releasedAfter(facts, hold);
    if (released !== undefined && mint.at > released.at + slackMs) {
      return `${mint.by} minted ${when}, after it had released the Lease`;
    }
    const superseded = supersededAfter(facts, hold);
    if (superseded !== undefined && mint.at > superseded.at + raftLeaderMs + slackMs) {
      return `${mint.by} minted ${when}, after ${superseded.by} had superseded it`;
    }
    return [];
  });
}

/** Pushes are begun like mints, but for those that a hand-over lets finish. */
function judgePushes(facts: Facts, { renewDeadlineMs, finishMs, slackMs }: Bounds): string[] {
  return facts.pushes.flatMap((push) => {
    if (mayBeLate(facts, push, slackMs)) return [];
    const hold = lastHold(facts, push);
    const when = `at ${Math.round(push.at)}`;
    if (hold === undefined) return `${push.by} pushed ${when} though it never held the Lease`;
    const released = releasedAfter(facts, hold);
    const until = released ? released.at + finishMs : hold.at + renewDeadlineMs;
    const late = Math.round(push.at - until);
    return late > slackMs ? `${push.by} pushed ${when}, ${late} ms after it had to stop` : [];
  });
}

/** The last write by which this machine held the Lease, before what it did. */
function lastHold({ writes }: Facts, act: { readonly at: number; readonly by: string }) {
  return writes.findLast(({ at, by, holder }) => at <= act.at && by === act.by && isOf(holder, by));
}

/** The holder's own write, the next one after that, by which it gave the Lease up. */
function releasedAfter({ writes }: Facts, hold: LeaseWrite): LeaseWrite | undefined {
  const next = writes[writes.indexOf(hold) + 1];
  return next?.by === hold.by && next.holder === undefined ? next : undefined;
}

/** The write by which the leader of a later Raft term took the Lease from this holder. */
function supersededAfter({ takeovers }: Facts, { at, by }: LeaseWrite): LeaseWrite | undefined {
  const found = takeovers.find(
    ({ write, how, before }) => how === 'superseded' && write.at >= at && isOf(before?.holder, by),
  );
  return found?.write;
}

/**
 * Whether what a machine sent may have been on its way for long: the kernel goes on sending what a
 * process has written, even if that has closed the connection since, at doubling intervals.
 */
function mayBeLate({ all }: Facts, act: Of<Act>, slackMs: number): boolean {
  return all.some((cut) => {
    if (cut.kind !== 'cut' || cut.of !== act.kind || !isMeant(cut.machine, act.by)) return false;
    const mended = all.find((entry) => {
      const isOther = entry.kind !== 'mended' || entry.of !== cut.of;
      return !isOther && entry.machine === cut.machine && entry.at >= cut.at;
    });
    if (mended === undefined || act.at < mended.at) return false;
    return act.at <= 2 * mended.at - cut.at + slackMs;
  });
}

function isMeant(machine: string, name: string): boolean {
  return machine === name || machine === EVERYBODY;
}
