import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { Fields, Outcome, VaultCall } from './call.ts';
import type { Rule } from './policy.ts';
import type { Token, Tokens } from './tokens.ts';

/** Everything the embedded Vault knows. */
export interface State {
  readonly clock: Clock;
  readonly random: Random;
  readonly tokens: Tokens;
  readonly policies: Map<string, { text: string; rules: readonly Rule[] }>;
  /** The roles of each AppRole mount; a mount is a key without slashes at its ends. */
  readonly appRoles: Map<string, Map<string, AppRole>>;
  readonly tokenRoles: Map<string, TokenRole>;
  /** What wrapping tokens hold, by their id. */
  readonly wrapped: Map<string, Wrapped>;
  sealed: boolean;
}

export interface AppRole {
  readonly name: string;
  roleId: string;
  readonly bindSecretId: boolean;
  readonly secretIdNumUses: number;
  readonly secretIdTtl: number;
  readonly tokenPolicies: readonly string[];
  readonly tokenTtl: number;
  readonly tokenPeriod: number;
  readonly secretIds: Map<string, SecretId>;
}

export interface SecretId {
  readonly id: string;
  readonly accessor: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly cidrs: readonly string[];
  readonly tokenCidrs: readonly string[];
  readonly ttl: number;
  readonly expiresAt: number;
  /** Logins left; 0 for no limit. */
  usesLeft: number;
}

export interface TokenRole {
  readonly allowedPolicies: readonly string[];
  readonly orphan: boolean;
  readonly renewable: boolean;
  readonly period: number;
  readonly explicitMaxTtl: number;
}

export interface Wrapped {
  readonly outcome: Outcome;
  readonly creationPath: string;
  /** RFC 3339. */
  readonly creationTime: string;
  readonly ttlSeconds: number;
}

/** A call on its way through a route, with what its path says. */
export interface RoutedCall extends VaultCall {
  readonly state: State;
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: Fields;
  /** Undefined only on routes that need no token. */
  readonly caller: Token | undefined;
}
