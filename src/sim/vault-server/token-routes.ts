import { data, NOTHING, type Outcome, VaultRefusal } from './call.ts';
import { countField, flagField, listField, secondsField, textField } from './fields.ts';
import type { RoutedCall, TokenRole } from './state.ts';
import { authOf, lookupOf, type NewToken, type Token } from './tokens.ts';

const DEFAULT_TTL = 32 * 24 * 3_600;

export function createToken(call: RoutedCall): Outcome {
  const { state, path, parameters } = call;
  const { role } = parameters;
  const fromItsRole = role === undefined ? {} : fromRole(call, role);
  const token = state.tokens.create({ ...wanted(call), ...fromItsRole, path });
  return { kind: 'auth', auth: authOf(token, token.ttlSeconds) };
}

function wanted({ body, caller }: RoutedCall): Omit<NewToken, 'path'> {
  const asked = listField(body, 'policies');
  const id = textField(body, 'id');
  return {
    policies: asked.length > 0 ? withDefault(asked) : (caller?.policies ?? []),
    orphan: flagField(body, 'no_parent', false),
    renewable: flagField(body, 'renewable', true),
    ttlSeconds: secondsField(body, 'ttl') || DEFAULT_TTL,
    periodSeconds: secondsField(body, 'period'),
    explicitMaxTtlSeconds: secondsField(body, 'explicit_max_ttl'),
    usesLeft: countField(body, 'num_uses'),
    ...(id === undefined ? {} : { id }),
  };
}

function withDefault(policies: readonly string[]): string[] {
  return policies.includes('root') ? [...policies] : [...new Set(['default', ...policies])].sort();
}

function fromRole({ state }: RoutedCall, name: string): Partial<Token> {
  const role = state.tokenRoles.get(name);
  if (!role) throw new VaultRefusal(400, `unknown role ${name}`);
  return {
    role: name,
    orphan: role.orphan,
    renewable: role.renewable,
    ...(role.period > 0 ? { periodSeconds: role.period } : {}),
    ...(role.explicitMaxTtl > 0 ? { explicitMaxTtlSeconds: role.explicitMaxTtl } : {}),
  };
}

export function lookupSelf({ state, caller }: RoutedCall): Outcome {
  return caller ? data(lookupOf(caller, state.clock.now())) : NOTHING;
}

export function renewSelf({ state, caller }: RoutedCall): Outcome {
  if (!caller?.renewable || caller.expiresAt === Number.POSITIVE_INFINITY) {
    throw new VaultRefusal(400, 'lease is not renewable');
  }
  state.tokens.renew(caller);
  const leaseSeconds = Math.round((caller.expiresAt - state.clock.now()) / 1_000);
  return { kind: 'auth', auth: authOf(caller, leaseSeconds) };
}

export function revokeSelf({ state, caller }: RoutedCall): Outcome {
  if (caller) state.tokens.revoke(caller);
  return NOTHING;
}

/** By id, for whoever may (an operator, a test). */
export function revokeToken({ state, body }: RoutedCall): Outcome {
  const token = state.tokens.find(textField(body, 'token'));
  if (token) state.tokens.revoke(token);
  return NOTHING;
}

export function writeTokenRole({ state, parameters, body }: RoutedCall): Outcome {
  const role: TokenRole = {
    allowedPolicies: listField(body, 'allowed_policies'),
    orphan: flagField(body, 'orphan', false),
    renewable: flagField(body, 'renewable', true),
    period: secondsField(body, 'token_period') || secondsField(body, 'period'),
    explicitMaxTtl:
      secondsField(body, 'token_explicit_max_ttl') || secondsField(body, 'explicit_max_ttl'),
  };
  state.tokenRoles.set(parameters['role'] ?? '', role);
  return NOTHING;
}

export function readTokenRole({ state, parameters }: RoutedCall): Outcome {
  const name = parameters['role'] ?? '';
  const role = state.tokenRoles.get(name);
  if (!role) throw new VaultRefusal(404);
  return data({
    name,
    allowed_policies: role.allowedPolicies,
    orphan: role.orphan,
    renewable: role.renewable,
    period: role.period,
    token_period: role.period,
    explicit_max_ttl: role.explicitMaxTtl,
    token_explicit_max_ttl: role.explicitMaxTtl,
    path_suffix: '',
    token_type: 'default-service',
  });
}
