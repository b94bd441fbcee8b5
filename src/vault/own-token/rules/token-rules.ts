import { sanitize } from '../../../base/sanitize.ts';
import type { OwnToken } from '../../token/lookup-self.ts';
import type { RoleFacts, TokenDemands, TokenFacts } from './token-facts.ts';

/** Something about a token that must be otherwise, and how to make it so. */
export interface BrokenRule {
  /** Goes on after "the token …". */
  readonly wrong: string;
  /** Commands for Vault's command line, with what they are for. */
  readonly remedy: string;
}

const OWN_ROLE = 'kubernetes-vault';

/** Every rule that a token breaks, whatever else it breaks; none for one that may be used. */
export function brokenRules(facts: TokenFacts, demands: TokenDemands): BrokenRule[] {
  return [...brokenByToken(facts, demands), ...brokenByRole(facts.role)];
}

function brokenByToken({ token, role }: TokenFacts, demands: TokenDemands): BrokenRule[] {
  const remedy = role.kind === 'found' ? newToken(role.name) : newRoleAndToken(OWN_ROLE);
  const rules: [boolean, string][] = [
    [token.policies.includes('root'), 'is a root token, which may do everything'],
    [token.ttlSeconds === 0, 'has no TTL: it would be good for ever, whoever has got it'],
    [demands.renewable && !token.renewable, 'is not renewable'],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, wrong]) => ({ wrong, remedy }));
}

function brokenByRole(role: RoleFacts): BrokenRule[] {
  switch (role.kind) {
    case 'not-asked':
      return [];
    case 'none': {
      const wrong = 'was not made by a token role';
      const otherwise =
        'or set vault.skipTokenRoleNameValidation: true, if it is periodic all the same';
      return [{ wrong, remedy: `${newRoleAndToken(OWN_ROLE)}; ${otherwise}` }];
    }
    case 'missing': {
      const wrong = `was made by the token role ${sanitize(role.name)}, which is gone`;
      return [{ wrong, remedy: newRoleAndToken(role.name) }];
    }
    case 'unreadable': {
      const wrong = `may not read its own token role (${role.words})`;
      const rule = `path "auth/token/roles/${inCommand(role.name)}" { capabilities = ["read"] }`;
      return [{ wrong, remedy: `add to its policy: ${rule}` }];
    }
    case 'found':
      return brokenByFoundRole(role);
  }
}

function brokenByFoundRole(role: Extract<RoleFacts, { kind: 'found' }>): BrokenRule[] {
  const name = sanitize(role.name);
  const rules: [boolean, string, string][] = [
    [!role.renewable, `its token role ${name} makes no renewable tokens`, 'renewable=true'],
    [
      role.explicitMaxTtlSeconds > 0,
      `its token role ${name} has an explicit max TTL, after which it ends whatever is renewed`,
      'explicit_max_ttl=0',
    ],
    [
      role.periodSeconds === 0,
      `its token role ${name} has no period, so that it ends at the max TTL of Vault`,
      'period=24h',
    ],
  ];
  return rules
    .filter(([isBroken]) => isBroken)
    .map(([, wrong, setting]) => ({
      wrong: `is bound to end: ${wrong}`,
      remedy: `vault write auth/token/roles/${inCommand(role.name)} ${setting}, then ${newToken(role.name)}`,
    }));
}

function newRoleAndToken(role: string): string {
  const settings = 'allowed_policies=kubernetes-vault orphan=true renewable=true period=24h';
  return `vault write auth/token/roles/${inCommand(role)} ${settings}, then ${newToken(role)}`;
}

function newToken(role: string): string {
  return `vault token create -role=${inCommand(role)}`;
}

/** A name as it can be typed; Vault lets nobody make another, but what Vault says is not ours to trust. */
function inCommand(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : 'ROLE';
}

/** What will end a token that breaks no rule, for a warning; goes on after "the token …". */
export function limitsOf({ token, role }: TokenFacts, demands: TokenDemands): string[] {
  if (!demands.renewable) return [];
  const limits: [boolean, string][] = [
    [token.usesLeft > 0, `may be used only ${token.usesLeft} more times`],
    [
      token.explicitMaxTtlSeconds > 0,
      `ends ${token.explicitMaxTtlSeconds} s after it was made, whatever is renewed`,
    ],
    [role.kind !== 'found' && !isPeriodic(token), 'is not periodic: it ends at its max TTL'],
  ];
  return limits.filter(([applies]) => applies).map(([, limit]) => limit);
}

function isPeriodic({ periodSeconds, role }: OwnToken): boolean {
  return periodSeconds > 0 || role !== undefined;
}
