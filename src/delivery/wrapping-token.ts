import type { Secret } from '../base/secret.ts';
import type { RoleName } from '../wire/role-name.ts';

/** A wrapping token around a secret_id, as Vault made it for one start of one init container. */
export interface WrappingToken {
  readonly secret: Secret;
  readonly role: RoleName;
  /**
   * The secret_id's accessor: by it the secret_id is found in Vault's audit log, and destroyed.
   * Vault of old does not tell it.
   */
  readonly accessor: string | undefined;
  /** RFC 3339, by Vault's clock. */
  readonly creationTime: string;
  readonly ttlMs: number;
  /** When the mint was asked for (ms, monotonic): the token is younger than that. */
  readonly askedAt: number;
}

const MARGIN_MS = 5_000;

/** How long before its end (ms) a token is no longer pushed, and its absence no longer suspicious. */
function margin(token: WrappingToken): number {
  return Math.min(MARGIN_MS, token.ttlMs / 4);
}

/** Until when (ms, monotonic) the token may be pushed (S11). */
export function usableUntil(token: WrappingToken): number {
  return token.askedAt + token.ttlMs - margin(token);
}

/** Whether a token that is gone by `now` was used, since it cannot have expired. */
export function mustStillLive(token: WrappingToken, now: number): boolean {
  return now < usableUntil(token);
}
