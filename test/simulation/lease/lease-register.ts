import type { KubeLease, LeaseChange } from '../../../src/kube/leases/kube-lease.ts';

/** One change of the Lease. */
export interface Commit {
  /** World's time. */
  readonly at: number;
  /** When the write was begun that made it; by hand there is no difference. */
  readonly startedAt: number;
  /** Whose write it was: an identity, or a person's. */
  readonly by: string;
  readonly before: KubeLease | undefined;
  readonly after: KubeLease | undefined;
  readonly version: number;
}

export const BY_HAND = 'by hand';

/** The API server, as far as one Lease goes: it compares and swaps. */
export interface LeaseRegister {
  readonly lease: KubeLease | undefined;
  /** Of the latest change of anything in the cluster. */
  readonly version: number;
  readonly commits: readonly Commit[];
  create(write: Write): KubeLease | 'conflict';
  update(of: Pick<KubeLease, 'uid' | 'version'>, write: Write): KubeLease | 'conflict' | 'notFound';
  /** Somebody edits it, or deletes it (undefined), whatever there is. */
  edit(lease: Partial<KubeLease> | undefined): void;
  /** Puts an earlier state back, version and all, as a backup of etcd does. */
  restore(commit: Commit): void;
}

export interface Write {
  readonly by: string;
  readonly startedAt: number;
  readonly change: LeaseChange;
}

export function leaseRegister(
  now: () => number,
  onCommit: (commit: Commit) => void,
): LeaseRegister {
  const commits: Commit[] = [];
  let lease: KubeLease | undefined;
  let [version, uids] = [1, 0];
  const put = (
    next: Omit<KubeLease, 'version'> | undefined,
    { by, startedAt }: Pick<Write, 'by' | 'startedAt'>,
  ) => {
    version += 1;
    const before = lease;
    lease = next && { ...next, version: String(version) };
    const commit = { at: now(), startedAt, by, before, after: lease, version };
    commits.push(commit);
    onCommit(commit);
    return lease;
  };
  const written = (next: Omit<KubeLease, 'version'>, write: Write): KubeLease => {
    const after = put(next, write);
    if (after === undefined) throw new Error('what was written is there');
    return after;
  };
  return {
    get lease() {
      return lease;
    },
    get version() {
      return version;
    },
    commits,
    create: (write) =>
      lease === undefined
        ? written(changed(empty(`uid-${++uids}`), write.change), write)
        : 'conflict',
    update(of, write) {
      if (lease === undefined) return 'notFound';
      if (of.uid !== lease.uid || of.version !== lease.version) return 'conflict';
      return written(changed(lease, write.change), write);
    },
    edit(edited) {
      if (edited === undefined && lease === undefined) return;
      const next = edited && { ...(lease ?? empty(`uid-${++uids}`)), ...edited };
      put(next, { by: BY_HAND, startedAt: now() });
    },
    restore(commit) {
      version = commit.version;
      const before = lease;
      lease = commit.after;
      const restored = { at: now(), startedAt: now(), by: BY_HAND, before, after: lease, version };
      commits.push(restored);
    },
  };
}

function empty(uid: string): Omit<KubeLease, 'version'> {
  const nothing = { holder: undefined, peer: undefined, claim: undefined };
  return { uid, ...nothing, transitions: 0, isTakenByProbe: false };
}

function changed(
  lease: Omit<KubeLease, 'version'>,
  change: LeaseChange,
): Omit<KubeLease, 'version'> {
  const { holder, transitions, peer, isTakenByProbe, claim } = change;
  return {
    uid: lease.uid,
    holder: holder === undefined ? lease.holder : (holder ?? undefined),
    transitions: transitions ?? lease.transitions,
    peer: peer === undefined ? lease.peer : (peer ?? undefined),
    isTakenByProbe: isTakenByProbe ?? lease.isTakenByProbe,
    claim: claim === undefined ? lease.claim : (claim ?? undefined),
  };
}
