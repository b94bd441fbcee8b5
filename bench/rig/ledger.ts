/**
 * An init container that has not ended by then is one that did not get its credential, to a
 * controller, which is to push again: no fault of its own if the rig was late.
 */
const PROOF_WITHIN_MS = 30_000;

/** What is known of one pod's delivery; times are milliseconds on the machine's monotonic clock. */
interface Entry {
  /** When the status that says Running began to be sent, and when the API server had taken it. */
  startSent: number;
  startTaken: number;
  /** When the first push was received, if one was, and how many more that nothing called for. */
  firstPush: number;
  duplicates: number;
  /** When the API server had taken the report that the init container has ended. */
  endTaken: number;
}

/** Which pods wait for a push, and what each of them got. */
export interface Ledger {
  expect(ip: string): void;
  startSent(ip: string, at: number): void;
  startTaken(ip: string, at: number): void;
  /** Notes a push that arrived; whether it is the first for a pod that waits. */
  pushed(ip: string, at: number): boolean;
  endTaken(ip: string, at: number): void;
  /** Resolves when every pod expected so far has been pushed to. */
  allPushed(): Promise<void>;
  summary(): Summary;
}

export interface Summary {
  readonly expected: number;
  readonly pushed: number;
  /** Pushes beyond each pod's first, but for those that a late end called for. */
  readonly duplicates: number;
  /** Pushes to an address that no pod of this ledger has. */
  readonly strays: number;
  /** From the sending of the status write to the push received, one a pod, in ms. */
  readonly fromSent: readonly number[];
  /** The same from the API server's answer to the write; below zero where the push was faster. */
  readonly fromTaken: readonly number[];
  /** The longest that a report of an ended init container came after its push, in ms: the rig's own delay. */
  readonly slowestEnd: number;
  /** From the first status write sent to the last first push received, in ms. */
  readonly totalMs: number;
  /** When the last first push was received, on the machine's monotonic clock. */
  readonly lastPushAt: number;
}

export function createLedger(): Ledger {
  const entries = new Map<string, Entry>();
  let strays = 0;
  let waiting = 0;
  const all = new Set<() => void>();

  const entryOf = (ip: string): Entry => {
    const entry = entries.get(ip);
    if (entry === undefined) throw new Error(`no pod has the address ${ip}`);
    return entry;
  };
  const arrived = (entry: Entry, at: number): boolean => {
    const { firstPush, endTaken } = entry;
    if (isPushed(entry)) {
      const isCalledFor =
        at - firstPush >= PROOF_WITHIN_MS && !(endTaken - firstPush < PROOF_WITHIN_MS);
      if (!isCalledFor) entry.duplicates += 1;
      return false;
    }
    entry.firstPush = at;
    waiting -= 1;
    if (waiting === 0) for (const resolve of all) resolve();
    return true;
  };
  return {
    expect(ip) {
      if (entries.has(ip)) throw new Error(`two pods have the address ${ip}`);
      entries.set(ip, {
        startSent: Number.NaN,
        startTaken: Number.NaN,
        firstPush: Number.NaN,
        duplicates: 0,
        endTaken: Number.NaN,
      });
      waiting += 1;
    },
    startSent(ip, at) {
      entryOf(ip).startSent = at;
    },
    startTaken(ip, at) {
      entryOf(ip).startTaken = at;
    },
    endTaken(ip, at) {
      entryOf(ip).endTaken = at;
    },
    pushed(ip, at) {
      const entry = entries.get(ip);
      if (entry !== undefined) return arrived(entry, at);
      strays += 1;
      return false;
    },
    allPushed: () =>
      waiting === 0 ? Promise.resolve() : new Promise((resolve) => void all.add(resolve)),
    summary: () => summarise([...entries.values()], strays),
  };
}

function isPushed({ firstPush }: Entry): boolean {
  return !Number.isNaN(firstPush);
}

function summarise(entries: readonly Entry[], strays: number): Summary {
  const pushed = entries.filter(isPushed);
  const last =
    pushed.length === 0 ? Number.NaN : Math.max(...pushed.map((entry) => entry.firstPush));
  return {
    expected: entries.length,
    pushed: pushed.length,
    duplicates: pushed.reduce((sum, entry) => sum + entry.duplicates, 0),
    strays,
    fromSent: pushed.map((entry) => entry.firstPush - entry.startSent),
    fromTaken: pushed.map((entry) => entry.firstPush - entry.startTaken),
    slowestEnd: pushed.reduce(
      (most, { endTaken, firstPush }) => Math.max(most, endTaken - firstPush),
      0,
    ),
    lastPushAt: last,
    totalMs: last - Math.min(...entries.map((entry) => entry.startSent)),
  };
}
