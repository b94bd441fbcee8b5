import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { tokenText } from '../identifiers.ts';
import type { Fields } from './call.ts';

/** A token that Vault has given out. Times are milliseconds of the clock's `now()`. */
export interface Token {
  readonly id: string;
  readonly accessor: string;
  readonly policies: readonly string[];
  readonly path: string;
  readonly displayName: string;
  readonly role: string | undefined;
  readonly meta: Readonly<Record<string, string>> | null;
  readonly orphan: boolean;
  readonly renewable: boolean;
  readonly createdAt: number;
  readonly createdWall: number;
  /** 0 for a root token, which never expires. */
  readonly ttlSeconds: number;
  readonly periodSeconds: number;
  readonly explicitMaxTtlSeconds: number;
  readonly boundCidrs: readonly string[];
  /** Uses left; 0 for no limit. */
  usesLeft: number;
  expiresAt: number;
}

export type NewToken = Partial<Token> & Pick<Token, 'policies' | 'path'>;

const ORDINARY = {
  displayName: 'token',
  role: undefined,
  meta: null,
  orphan: false,
  renewable: true,
  periodSeconds: 0,
  explicitMaxTtlSeconds: 0,
  boundCidrs: [],
  usesLeft: 0,
};

export interface Tokens {
  create(token: NewToken): Token;
  /** The token, unless it has expired, was revoked or used up. */
  find(id: string | undefined): Token | undefined;
  revoke(token: Token): void;
  /** Counts one use of a token that has a limited number of them. */
  use(token: Token): void;
  /** Starts its TTL anew. */
  renew(token: Token): void;
}

export function createTokens(clock: Clock, random: Random): Tokens {
  const tokens = new Map<string, Token>();
  const expiryOf = (seconds: number) =>
    seconds === 0 ? Number.POSITIVE_INFINITY : clock.now() + seconds * 1_000;
  return {
    create(given) {
      const ttlSeconds = given.periodSeconds || (given.ttlSeconds ?? 0);
      const issued = { createdAt: clock.now(), createdWall: clock.wallClock() };
      const names = { id: `s.${tokenText(random)}`, accessor: tokenText(random) };
      const expiresAt = expiryOf(ttlSeconds);
      const token: Token = { ...ORDINARY, ...names, ...issued, ...given, ttlSeconds, expiresAt };
      tokens.set(token.id, token);
      return token;
    },
    find(id) {
      const token = tokens.get(id ?? '');
      if (token === undefined || token.expiresAt > clock.now()) return token;
      tokens.delete(token.id);
      return undefined;
    },
    revoke: (token) => void tokens.delete(token.id),
    use(token) {
      if (token.usesLeft === 0) return;
      token.usesLeft -= 1;
      if (token.usesLeft === 0) tokens.delete(token.id);
    },
    renew(token) {
      const latest =
        token.explicitMaxTtlSeconds === 0
          ? Number.POSITIVE_INFINITY
          : token.createdAt + token.explicitMaxTtlSeconds * 1_000;
      token.expiresAt = Math.min(expiryOf(token.ttlSeconds), latest);
    },
  };
}

/** The `auth` part of an answer that gives a token out. */
export function authOf(token: Token, leaseSeconds: number): Fields {
  return {
    client_token: token.id,
    accessor: token.accessor,
    policies: token.policies,
    token_policies: token.policies,
    metadata: token.meta,
    lease_duration: leaseSeconds,
    renewable: token.renewable,
    entity_id: '',
    token_type: 'service',
    orphan: token.orphan,
    mfa_requirement: null,
    num_uses: token.usesLeft,
  };
}

/** The `data` of a lookup. */
export function lookupOf(token: Token, now: number): Fields {
  const isRoot = token.expiresAt === Number.POSITIVE_INFINITY;
  const leftMs = isRoot ? 0 : token.expiresAt - now;
  const expiryWall = token.createdWall + (token.expiresAt - token.createdAt);
  return {
    accessor: token.accessor,
    creation_time: Math.floor(token.createdWall / 1_000),
    creation_ttl: token.ttlSeconds,
    display_name: token.displayName,
    entity_id: '',
    expire_time: isRoot ? null : new Date(expiryWall).toISOString(),
    explicit_max_ttl: token.explicitMaxTtlSeconds,
    id: token.id,
    issue_time: new Date(token.createdWall).toISOString(),
    meta: token.meta,
    num_uses: token.usesLeft,
    orphan: token.orphan,
    path: token.path,
    ...(token.periodSeconds > 0 && token.role === undefined ? { period: token.periodSeconds } : {}),
    policies: token.policies,
    renewable: token.renewable,
    ...(token.role === undefined ? {} : { role: token.role }),
    ttl: Math.floor(leftMs / 1_000),
    type: 'service',
  };
}
