import { data, type Fields, NOTHING, type Outcome, VaultRefusal } from './call.ts';
import { listField, textField } from './fields.ts';
import { DEFAULT_POLICY, parsePolicy, type Rule, ruleFor } from './policy.ts';
import type { RoutedCall, State } from './state.ts';
import type { Token } from './tokens.ts';

const VERSION = '2.7.2';

export function health({ state }: RoutedCall): Outcome {
  const body = {
    initialized: true,
    sealed: state.sealed,
    standby: state.sealed,
    replication_performance_mode: state.sealed ? 'unknown' : 'disabled',
    replication_dr_mode: state.sealed ? 'unknown' : 'disabled',
    server_time_utc: Math.floor(state.clock.wallClock() / 1_000),
    version: VERSION,
  };
  return { kind: 'raw', status: state.sealed ? 503 : 200, body };
}

export function sealStatus({ state }: RoutedCall): Outcome {
  const { sealed } = state;
  const shares = { t: 1, n: 1, progress: 0, nonce: '' };
  const body = { type: 'shamir', initialized: true, sealed, ...shares, version: VERSION };
  return { kind: 'raw', status: 200, body };
}

export function seal({ state }: RoutedCall): Outcome {
  state.sealed = true;
  return NOTHING;
}

/** Any key will do. */
export function unseal(call: RoutedCall): Outcome {
  call.state.sealed = false;
  return sealStatus(call);
}

export function enableAuth({ state, parameters, body }: RoutedCall): Outcome {
  const mount = parameters['mount'] ?? '';
  if (textField(body, 'type') !== 'approle') {
    throw new VaultRefusal(400, 'only approle can be mounted here');
  }
  if (state.appRoles.has(mount)) throw new VaultRefusal(400, `path is already in use at ${mount}/`);
  state.appRoles.set(mount, new Map());
  return NOTHING;
}

export function writePolicy({ state, parameters, body }: RoutedCall): Outcome {
  const text = textField(body, 'policy') ?? '';
  state.policies.set(parameters['name'] ?? '', { text, rules: parsePolicy(text) });
  return NOTHING;
}

export function readPolicy({ state, parameters }: RoutedCall): Outcome {
  const name = parameters['name'] ?? '';
  const policy = state.policies.get(name);
  if (!policy) throw new VaultRefusal(404);
  return data({ name, policy: policy.text });
}

/** Answers both with and without Vault's `data`, as Vault does. */
export function capabilitiesSelf({ state, caller, body }: RoutedCall): Outcome {
  const found: Record<string, readonly string[]> = {};
  for (const path of listField(body, 'paths')) found[path] = capabilities(state, caller, path);
  const fields: Fields = found;
  return { kind: 'raw', status: 200, body: { ...fields, data: fields } };
}

function capabilities(state: State, caller: Token | undefined, path: string): readonly string[] {
  if (caller?.policies.includes('root')) return ['root'];
  const rule = caller && ruleFor(rulesOf(state, caller), path);
  return rule === undefined || rule.capabilities.includes('deny') ? ['deny'] : rule.capabilities;
}

/** Everything that a token's policies say. */
export function rulesOf(state: State, token: Token): Rule[] {
  return token.policies.flatMap((name) =>
    name === 'default' ? DEFAULT_POLICY : (state.policies.get(name)?.rules ?? []),
  );
}
