import { MalformedJsonError } from './byte-collector.ts';
import { FinalKubeError, RetryableKubeError } from './kube-error.ts';

/**
 * Adds to a refusal the RBAC rule that is missing, and makes of what cannot be read an error that names
 * its request. Everything else stays as it is.
 */
export function explained(error: unknown, request: string, rbacRule: string): unknown {
  if (error instanceof MalformedJsonError) {
    return new RetryableKubeError('malformed', request, error.message, { cause: error });
  }
  if (error instanceof FinalKubeError && error.kind === 'forbidden') {
    const detail = `${error.detail} (our service account needs ${rbacRule})`;
    return new FinalKubeError(error.kind, request, detail, { cause: error });
  }
  return error;
}
