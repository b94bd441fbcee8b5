import { isKubeError, type KubeError } from '../kube/api/kube-error.ts';
import type { LeaseApi, LeaseId } from '../kube/leases/lease-api.ts';

/** What a core wants to be asked about a Lease. */
export type LeaseRequest<Change> =
  | { readonly kind: 'read'; readonly request: number }
  | { readonly kind: 'create'; readonly request: number; readonly change: Change }
  /** Only if the Lease is still the one of this uid and version: compare-and-swap. */
  | {
      readonly kind: 'update';
      readonly request: number;
      readonly of: LeaseId;
      readonly change: Change;
    };

/** What came of it, for the core to take in. */
export type LeaseAnswer<Lease> =
  | { readonly kind: 'read'; readonly request: number; readonly lease: Lease | undefined }
  | { readonly kind: 'written'; readonly request: number; readonly lease: Lease }
  /** What a write was to change may have come to be nevertheless. */
  | { readonly kind: 'failed'; readonly request: number; readonly error: KubeError };

/** Asks the API server. Resolves with undefined when `signal` has aborted: nobody waits for the answer then. */
export async function carryOut<Lease extends LeaseId, Change>(
  api: LeaseApi<Lease, Change>,
  asked: LeaseRequest<Change>,
  signal: AbortSignal,
): Promise<LeaseAnswer<Lease> | undefined> {
  const { request } = asked;
  try {
    return await answer(api, asked, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!isKubeError(error)) throw error;
    return { kind: 'failed', request, error };
  }
}

async function answer<Lease extends LeaseId, Change>(
  api: LeaseApi<Lease, Change>,
  asked: LeaseRequest<Change>,
  signal: AbortSignal,
): Promise<LeaseAnswer<Lease>> {
  const { kind, request } = asked;
  if (kind === 'read') return { kind, request, lease: await api.read(signal) };
  const lease =
    kind === 'create'
      ? await api.create(asked.change, signal)
      : await api.update(asked.of, asked.change, signal);
  return { kind: 'written', request, lease };
}
