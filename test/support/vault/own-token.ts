import type { RoleFacts } from '../../../src/vault/own-token/rules/token-facts.ts';
import type { OwnToken } from '../../../src/vault/token/lookup-self.ts';

/** What Vault says of a fresh token of one hour that the token role `own` made. */
export function ownToken(but: Partial<OwnToken> = {}): OwnToken {
  return {
    policies: ['default', 'kubernetes-vault'],
    renewable: true,
    ttlSeconds: 3_600,
    creationTtlSeconds: 3_600,
    periodSeconds: 0,
    explicitMaxTtlSeconds: 0,
    usesLeft: 0,
    role: 'own',
    ...but,
  };
}

type Found = Extract<RoleFacts, { kind: 'found' }>;

export function roleFound(but: Partial<Found> = {}): Found {
  const right = { renewable: true, periodSeconds: 3_600, explicitMaxTtlSeconds: 0 };
  return { kind: 'found', name: 'own', ...right, ...but };
}
