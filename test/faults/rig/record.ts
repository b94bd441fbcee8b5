/** What has happened, at a moment in milliseconds on one clock of this machine. */
export type Entry = { readonly at: number } & Happening;

export type Happening =
  /** The API server was told to write the Lease, and did; `holder`: who holds it from then on. */
  | {
      readonly kind: 'lease';
      readonly by: string;
      readonly holder: string | undefined;
      /** It carries the mark of one that was taken over by probe. */
      readonly isMarked: boolean;
      /** The Raft term in which it is held, `<cluster>/<epoch>/<term>`; undefined without Raft. */
      readonly claim?: string | undefined;
    }
  /** Vault was asked for a secret_id. */
  | { readonly kind: 'mint'; readonly by: string }
  /** An init container was pushed to, and what it answered. */
  | { readonly kind: 'push'; readonly by: string; readonly pod: string }
  | {
      readonly kind: 'answer';
      readonly by: string;
      readonly pod: string;
      readonly status: number;
    }
  /** An init container runs, and waits for a push; it has ended. */
  | { readonly kind: 'waits'; readonly pod: string }
  | { readonly kind: 'ends'; readonly pod: string; readonly code: number }
  /** Acts of this kind of the machine, or of all, do not arrive from now on; when mended, they may be late. */
  | { readonly kind: 'cut'; readonly machine: string; readonly of: Act }
  | { readonly kind: 'mended'; readonly machine: string; readonly of: Act }
  /** For the people who read the record. */
  | { readonly kind: 'fault'; readonly what: string };

export type Act = 'mint' | 'push';

/** Whoever is none of the machines: the test itself, as an administrator. */
export const OPERATOR = 'operator';

/** In `cut` and `mended`: every machine. */
export const EVERYBODY = 'everybody';

/** The machine of a holder: identities begin with the name of the pod, which is the machine's. */
export function machineOf(holder: string): string {
  return holder.replace(/_.*$/, '');
}

/** All entries in the order of time. */
export function inOrder(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((one, other) => one.at - other.at);
}
