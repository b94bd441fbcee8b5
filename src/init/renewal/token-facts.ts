import type { ClientToken } from '../../vault/login/log-in.ts';
import type { TokenFacts } from '../../vault/own-token/rules/token-facts.ts';

/**
 * What a login has said of its token, in the form that the keeper of a token wants. Nothing is asked for
 * it: the app's token may be one that may not look itself up.
 */
export function tokenFacts({ leaseDurationSeconds, renewable }: ClientToken): TokenFacts {
  const token = {
    policies: [],
    renewable,
    ttlSeconds: leaseDurationSeconds,
    creationTtlSeconds: leaseDurationSeconds,
    periodSeconds: 0,
    explicitMaxTtlSeconds: 0,
    usesLeft: 0,
    role: undefined,
  };
  return { token, role: { kind: 'not-asked' } };
}
