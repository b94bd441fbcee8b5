import type { Clock } from '../../base/clock.ts';
import { Secret } from '../../base/secret.ts';
import { checkAnswer } from './check-answer.ts';
import { type HttpAnswer, type HttpCall, HttpFailure, roundTrip } from './http-round-trip.ts';
import { type VaultAgents, vaultAgents } from './vault-agents.ts';
import { FinalVaultError, RetryableVaultError } from './vault-error.ts';
import { isHeaderText, parseNamespace, parseVaultAddress } from './vault-settings.ts';

const DEFAULT_DEADLINE_MS = 10_000;
export const DEFAULT_MAX_SOCKETS = 32;
/** The statuses by which a standby sends a client to the active node, with the same method and body. */
const REDIRECTS: readonly number[] = [301, 302, 307, 308];

export interface VaultClientOptions {
  /** `http(s)://host:port`, with or without a path before `v1/`. */
  readonly address: string;
  /** PEM certificates that alone verify Vault; without them the system's roots do. */
  readonly ca?: string;
  /** Connections to use, instead of ones of its own; `ca` and `maxSockets` have no effect then. */
  readonly agents?: VaultAgents;
  readonly namespace?: string;
  /** Asked before each request that names no token of its own: a renewed token is used at once. */
  readonly token?: () => Secret | undefined;
  readonly maxSockets?: number;
}

export interface VaultRequest {
  /** What is asked, for errors: `mint a secret_id for role web`. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** Below `v1/`, such as `auth/approle/login`. */
  readonly path: string;
  /** Sent as JSON; a Secret in it is revealed there, and blanked out of what Vault says. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Instead of the client's own; `none` sends no X-Vault-Token at all. */
  readonly token?: Secret | 'none';
  readonly wrapTtlSeconds?: number;
}

export interface CallOptions {
  /** For the whole call, a redirect included; 10,000 by default. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** Sends requests to one Vault; the functions beside it make and read them. */
export interface VaultClient {
  /**
   * The body of Vault's 2xx answer.
   * @throws VaultError, or the signal's reason
   */
  send(request: VaultRequest, options?: CallOptions): Promise<string>;
  /** Closes the idle connections, and ends what is under way with `unreachable`. */
  close(): void;
}

/** @throws VaultSettingError if an option cannot be used */
export function createVaultClient(options: VaultClientOptions, clock: Clock): VaultClient {
  const address = parseVaultAddress(options.address);
  const namespace = options.namespace === undefined ? undefined : parseNamespace(options.namespace);
  const { ca, maxSockets = DEFAULT_MAX_SOCKETS } = options;
  const agents = options.agents ?? vaultAgents(ca, maxSockets);
  return {
    async send(request, { deadlineMs = DEFAULT_DEADLINE_MS, signal } = {}) {
      const sentToken = request.token === 'none' ? undefined : (request.token ?? options.token?.());
      requireHeaderText(request.name, sentToken);
      const call: HttpCall = {
        method: request.method,
        url: new URL(`${address.href.replace(/\/+$/, '')}/v1/${encodePath(request.path)}`),
        headers: headersOf(request, sentToken, namespace),
        body: request.body === undefined ? undefined : encodeBody(request.body),
        deadlineAt: clock.now() + deadlineMs,
        signal,
      };
      const answer = await exchange(clock, agents, request.name, call);
      return checkAnswer(request.name, answer, secretsOf(request, sentToken));
    },
    close: () => agents.destroy(),
  };
}

function requireHeaderText(name: string, token: Secret | undefined): void {
  if (token === undefined || isHeaderText(token.reveal())) return;
  throw new FinalVaultError(
    'denied',
    name,
    'the token holds characters that no token of Vault has',
  );
}

function headersOf(request: VaultRequest, token: Secret | undefined, namespace?: string) {
  return {
    accept: 'application/json',
    // A Vault Agent or Proxy between may insist on it, as a guard against forged requests.
    'x-vault-request': 'true',
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === undefined ? {} : { 'x-vault-token': token.reveal() }),
    ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
    ...(request.wrapTtlSeconds === undefined
      ? {}
      : { 'x-vault-wrap-ttl': `${request.wrapTtlSeconds}s` }),
  };
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function encodeBody(body: Readonly<Record<string, unknown>>): string {
  const revealed = Object.entries(body).map(([name, value]) => [
    name,
    value instanceof Secret ? value.reveal() : value,
  ]);
  return JSON.stringify(Object.fromEntries(revealed));
}

function secretsOf(request: VaultRequest, token: Secret | undefined): Secret[] {
  const inBody = Object.values(request.body ?? {}).filter((value) => value instanceof Secret);
  return token === undefined ? inBody : [token, ...inBody];
}

/** Sends the call, and once more where a redirect points; never from https to http. */
async function exchange(
  clock: Clock,
  agents: VaultAgents,
  name: string,
  call: HttpCall,
): Promise<HttpAnswer> {
  const answer = await attempt(clock, agents, name, call);
  if (!REDIRECTS.includes(answer.status)) return answer;
  const url = URL.parse(answer.location ?? '', call.url.href);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new RetryableVaultError('malformed', name, 'a redirect that leads nowhere');
  }
  if (call.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new RetryableVaultError('malformed', name, 'a redirect from https to http, not followed');
  }
  const redirected = await attempt(clock, agents, name, { ...call, url });
  if (!REDIRECTS.includes(redirected.status)) return redirected;
  throw new RetryableVaultError('malformed', name, 'more than one redirect');
}

async function attempt(clock: Clock, agents: VaultAgents, name: string, call: HttpCall) {
  try {
    return await roundTrip(clock, agents, call);
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    const { foreign, maybeSent: maybeDone, cause } = error;
    throw new RetryableVaultError(
      foreign ? 'malformed' : 'unreachable',
      name,
      `${error.message} (${call.url.origin})`,
      { cause, maybeDone },
    );
  }
}
