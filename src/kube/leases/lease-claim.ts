import type { LeaseClaim } from './kube-lease.ts';

/** So few digits that none is lost in a number. */
const CLAIM = /^(?<cluster>.+)\/(?<epoch>\d{1,15})\/(?<term>\d{1,15})$/;

/** As it stands on a Lease: the cluster, the epoch and the term. */
export function claimText({ cluster, epoch, term }: LeaseClaim): string {
  return `${cluster}/${epoch}/${term}`;
}

/** Undefined for what is no claim. */
export function parseClaim(text: string): LeaseClaim | undefined {
  const { cluster, epoch, term } = CLAIM.exec(text)?.groups ?? {};
  if (cluster === undefined) return undefined;
  return { cluster, epoch: Number(epoch), term: Number(term) };
}
