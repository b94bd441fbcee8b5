import { parseRoleName } from '../../wire/role-name.ts';
import { uuid } from '../identifiers.ts';
import { data, listed, NOTHING, type Outcome, VaultRefusal } from './call.ts';
import { inBlocks, notACidr } from './cidr.ts';
import { countField, flagField, listField, secondsField, textField } from './fields.ts';
import type { AppRole, RoutedCall, SecretId, State } from './state.ts';
import { authOf } from './tokens.ts';

const DEFAULT_TOKEN_TTL = 32 * 24 * 3_600;

export function writeRole({ state, parameters, body }: RoutedCall): Outcome {
  const roles = rolesOf(state, parameters);
  const name = roleName(parameters);
  const old = roles.get(name);
  roles.set(name, {
    name,
    roleId: textField(body, 'role_id') ?? old?.roleId ?? uuid(state.random),
    bindSecretId: flagField(body, 'bind_secret_id', true),
    secretIdNumUses: countField(body, 'secret_id_num_uses'),
    secretIdTtl: secondsField(body, 'secret_id_ttl'),
    tokenPolicies: listField(body, 'token_policies'),
    tokenTtl: secondsField(body, 'token_ttl'),
    tokenPeriod: secondsField(body, 'token_period'),
    secretIds: old?.secretIds ?? new Map(),
  });
  return NOTHING;
}

export function readRole(call: RoutedCall): Outcome {
  const role = existingRole(call);
  return data({
    bind_secret_id: role.bindSecretId,
    secret_id_num_uses: role.secretIdNumUses,
    secret_id_ttl: role.secretIdTtl,
    token_period: role.tokenPeriod,
    token_policies: role.tokenPolicies,
    token_ttl: role.tokenTtl,
    token_type: 'default',
  });
}

export function deleteRole({ state, parameters }: RoutedCall): Outcome {
  rolesOf(state, parameters).delete(roleName(parameters));
  return NOTHING;
}

export function readRoleId(call: RoutedCall): Outcome {
  return data({ role_id: existingRole(call).roleId });
}

export function writeRoleId(call: RoutedCall): Outcome {
  existingRole(call).roleId = textField(call.body, 'role_id') ?? uuid(call.state.random);
  return NOTHING;
}

/** Makes a secret_id; the caller sees it only if the answer is not wrapped. */
export function mint(call: RoutedCall): Outcome {
  const { state, body } = call;
  const role = findRole(call);
  if (!role) throw new VaultRefusal(404, `role "${roleName(call.parameters)}" does not exist`);
  const cidrs = checkedCidrs(listField(body, 'cidr_list'));
  const ttl = secondsField(body, 'ttl') || role.secretIdTtl;
  const secretId: SecretId = {
    id: uuid(state.random),
    accessor: uuid(state.random),
    metadata: parseMetadata(textField(body, 'metadata')),
    cidrs,
    tokenCidrs: checkedCidrs(listField(body, 'token_bound_cidrs')),
    ttl,
    expiresAt: ttl === 0 ? Number.POSITIVE_INFINITY : state.clock.now() + ttl * 1_000,
    usesLeft: countField(body, 'num_uses') || role.secretIdNumUses,
  };
  role.secretIds.set(secretId.id, secretId);
  return data({
    secret_id: secretId.id,
    secret_id_accessor: secretId.accessor,
    secret_id_num_uses: secretId.usesLeft,
    secret_id_ttl: ttl,
  });
}

export function listSecretIds(call: RoutedCall): Outcome {
  const role = findRole(call);
  if (!role) throw new VaultRefusal(400, `role "${roleName(call.parameters)}" does not exist`);
  const keys = [...role.secretIds.values()].map(({ accessor }) => accessor);
  if (keys.length === 0) throw new VaultRefusal(404);
  return data({ keys });
}

export function destroyByAccessor(call: RoutedCall): Outcome {
  const accessor = textField(call.body, 'secret_id_accessor') ?? '';
  if (accessor === '') throw new VaultRefusal(400, 'missing secret_id_accessor');
  const role = findRole(call);
  if (!role) {
    throw new VaultRefusal(500, listed(`role "${roleName(call.parameters)}" does not exist`));
  }
  const secretId = [...role.secretIds.values()].find((each) => each.accessor === accessor);
  if (!secretId) {
    const problem = `failed to find accessor entry for secret_id_accessor: "${accessor}"`;
    throw new VaultRefusal(500, listed(problem));
  }
  role.secretIds.delete(secretId.id);
  return NOTHING;
}

export function login(call: RoutedCall): Outcome {
  const { state, body, parameters } = call;
  const roleId = textField(body, 'role_id') ?? '';
  if (roleId === '') throw new VaultRefusal(500, 'missing role_id');
  const roles = [...rolesOf(state, parameters).values()];
  const role = roles.find((each) => each.roleId === roleId);
  if (!role) throw invalidLogin();
  const secretId = role.bindSecretId ? useSecretId(call, role) : undefined;
  const token = state.tokens.create({
    policies: ['default', ...role.tokenPolicies.filter((name) => name !== 'default')].sort(),
    path: call.path,
    displayName: parameters['mount'] ?? 'approle',
    meta: { ...secretId?.metadata, role_name: role.name },
    orphan: true,
    ttlSeconds: role.tokenTtl || DEFAULT_TOKEN_TTL,
    periodSeconds: role.tokenPeriod,
    boundCidrs: secretId?.tokenCidrs ?? [],
  });
  return {
    kind: 'auth',
    auth: { ...authOf(token, token.ttlSeconds), entity_id: uuid(state.random) },
  };
}

function useSecretId(call: RoutedCall, role: AppRole): SecretId {
  const id = textField(call.body, 'secret_id') ?? '';
  if (id === '') throw new VaultRefusal(400, 'missing secret_id');
  const secretId = role.secretIds.get(id);
  if (!secretId || secretId.expiresAt <= call.state.clock.now()) throw invalidLogin();
  if (secretId.cidrs.length > 0 && !inBlocks(secretId.cidrs, call.peer)) {
    const source = `source address "${call.peer ?? ''}"`;
    const problem = 'unauthorized through CIDR restrictions on the secret ID';
    throw new VaultRefusal(400, `${source} ${problem}`);
  }
  if (secretId.usesLeft > 0) {
    secretId.usesLeft -= 1;
    if (secretId.usesLeft === 0) role.secretIds.delete(id);
  }
  return secretId;
}

function invalidLogin(): VaultRefusal {
  return new VaultRefusal(400, 'invalid role or secret ID');
}

function checkedCidrs(cidrs: string[]): string[] {
  const wrong = notACidr(cidrs);
  if (wrong === undefined) return cidrs;
  const problem = `failed to validate CIDR blocks: invalid CIDR address: ${wrong}`;
  throw new VaultRefusal(500, listed(problem));
}

/** Metadata is a JSON object in a string. */
function parseMetadata(text: string | undefined): Record<string, string> {
  if (text === undefined || text === '') return {};
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    const problem = 'failed to parse the input: invalid <key,value> format';
    throw new VaultRefusal(400, `failed to parse metadata: ${problem}`);
  }
}

function rolesOf(state: State, parameters: RoutedCall['parameters']): Map<string, AppRole> {
  const roles = state.appRoles.get(parameters['mount'] ?? '');
  if (!roles) throw new VaultRefusal(404, listed('unsupported path'));
  return roles;
}

/** @throws VaultRefusal 404 for a name that no role can have */
function roleName(parameters: RoutedCall['parameters']): string {
  const name = parseRoleName(parameters['role'] ?? '');
  if (name === undefined) throw new VaultRefusal(404, listed('unsupported path'));
  return name;
}

function findRole({ state, parameters }: RoutedCall): AppRole | undefined {
  return rolesOf(state, parameters).get(roleName(parameters));
}

function existingRole(call: RoutedCall): AppRole {
  const role = findRole(call);
  if (!role) throw new VaultRefusal(404);
  return role;
}
