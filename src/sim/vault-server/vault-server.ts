import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { uuid } from '../identifiers.ts';
import {
  denied,
  type Fields,
  type Outcome,
  unknownToken,
  type VaultCall,
  VaultRefusal,
  type VaultReply,
} from './call.ts';
import { inBlocks } from './cidr.ts';
import { parseSeconds } from './fields.ts';
import { ruleFor } from './policy.ts';
import { findRoute } from './routes.ts';
import type { State } from './state.ts';
import { rulesOf } from './system-routes.ts';
import { createTokens, type Token } from './tokens.ts';
import { wrap } from './wrapping.ts';

/** A Vault in memory: tokens, policies, AppRole and response wrapping, with the real one's answers. */
export interface VaultServer {
  readonly rootToken: string;
  /** Answers at once; never throws. */
  call(call: VaultCall): VaultReply;
  seal(): void;
  unseal(): void;
}

/** Without AppRole, which `POST sys/auth/approle` mounts, as in the real one. */
export function createVaultServer(clock: Clock, random: Random, rootToken: string): VaultServer {
  const state: State = {
    clock,
    random,
    tokens: createTokens(clock, random),
    policies: new Map(),
    appRoles: new Map(),
    tokenRoles: new Map(),
    wrapped: new Map(),
    sealed: false,
  };
  state.tokens.create({
    id: rootToken,
    policies: ['root'],
    path: 'auth/token/root',
    orphan: true,
    renewable: false,
  });
  return {
    rootToken,
    call: (call) => replyTo(state, call),
    seal() {
      state.sealed = true;
    },
    unseal() {
      state.sealed = false;
    },
  };
}

function replyTo(state: State, call: VaultCall): VaultReply {
  try {
    return serve(state, call);
  } catch (error) {
    if (!(error instanceof VaultRefusal)) throw error;
    return { status: error.status, body: { errors: error.errors } };
  }
}

function serve(state: State, call: VaultCall): VaultReply {
  const { access, parameters, run } = findRoute(call);
  if (state.sealed && access !== 'always') throw new VaultRefusal(503, 'Vault is sealed');
  const caller = state.tokens.find(call.token);
  const wrapSeconds = wrapTtl(call);
  if (access === 'policy') authorise(state, call, caller, wrapSeconds);
  const body = call.body ?? {};
  const outcome = run({ ...call, body, state, parameters, caller });
  if (wrapSeconds > 0 && (outcome.kind === 'data' || outcome.kind === 'auth')) {
    const role = parameters['role'];
    const path = role === undefined ? call.path : call.path.replace(role, role.toLowerCase());
    const wrapInfo = wrap(state, outcome, path, wrapSeconds);
    return { status: 200, body: envelope('', { wrap_info: wrapInfo }) };
  }
  return reply(state, outcome);
}

function reply(state: State, outcome: Outcome): VaultReply {
  switch (outcome.kind) {
    case 'nothing':
      return { status: 204, body: undefined };
    case 'raw':
      return { status: outcome.status, body: outcome.body };
    case 'data':
      return { status: 200, body: envelope(uuid(state.random), { data: outcome.data }) };
    case 'auth':
      return { status: 200, body: envelope(uuid(state.random), { auth: outcome.auth }) };
  }
}

function envelope(requestId: string, part: Fields): Fields {
  return {
    request_id: requestId,
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data: null,
    wrap_info: null,
    warnings: null,
    auth: null,
    ...part,
  };
}

/** @throws VaultRefusal 400 for a header that is no duration */
function wrapTtl({ wrapTtl: text }: VaultCall): number {
  if (text === undefined || text === '') return 0;
  const seconds = parseSeconds(text);
  if (seconds !== undefined) return seconds;
  const problem = `time: invalid duration ${JSON.stringify(text)}`;
  throw new VaultRefusal(400, `error parsing X-Vault-Wrap-TTL header: ${problem}`);
}

const CAPABILITIES: Readonly<Record<VaultCall['method'], readonly string[]>> = {
  GET: ['read'],
  LIST: ['list'],
  POST: ['update', 'create'],
  DELETE: ['delete'],
};

/** @throws VaultRefusal 403 */
function authorise(
  state: State,
  call: VaultCall,
  caller: Token | undefined,
  wrapSeconds: number,
): void {
  if (!caller) throw unknownToken();
  if (caller.boundCidrs.length > 0 && !inBlocks(caller.boundCidrs, call.peer)) throw denied();
  // Any use of a wrapping token but its lookup uses it up, whatever it was used for.
  state.tokens.use(caller);
  if (caller.policies.includes('root')) return;
  const rule = ruleFor(rulesOf(state, caller), call.path);
  if (!rule || rule.capabilities.includes('deny')) throw denied();
  if (!CAPABILITIES[call.method].some((name) => rule.capabilities.includes(name))) throw denied();
  if (wrapSeconds < rule.minWrappingSeconds) throw denied();
}
