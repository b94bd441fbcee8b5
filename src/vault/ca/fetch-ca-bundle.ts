import { Agent as HttpsAgent } from 'node:https';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/message-of.ts';
import { sanitize } from '../../base/sanitize.ts';
import { HttpFailure, roundTrip } from '../client/http-round-trip.ts';
import { type VaultAgents, vaultAgents } from '../client/vault-agents.ts';
import { parseVaultAddress } from '../client/vault-settings.ts';
import { type CaBundle, caBundle } from './ca-bundle.ts';
import { isUntrusted } from './untrusted.ts';

/** Where the certificates of Vault's own authorities are. */
export interface CaMounts {
  /** `https://host:port`, with or without a path before `v1/`. */
  readonly address: string;
  readonly namespace: string | undefined;
  /** PKI mounts. */
  readonly mounts: readonly string[];
}

/** The certificates could not be had, or must not be used. Repeats nothing of what was delivered. */
export class CaFetchError extends Error {
  override readonly name = 'CaFetchError';
  /** Whether the same may go well later, with nobody changing anything in Vault. */
  readonly retryable: boolean;

  constructor(problem: string, retryable: boolean, cause?: unknown) {
    super(problem, cause === undefined ? undefined : { cause });
    this.retryable = retryable;
  }
}

const DEADLINE_MS = 10_000;

/**
 * What the mounts deliver, over connections that nothing verifies: without a token, following no redirect.
 * Vault API: PKI, "Read issuer certificate" (`GET <mount>/ca/pem`).
 * @throws CaFetchError if a mount delivers anything but certificates of authorities
 */
export function lookAtCaBundle(place: CaMounts, clock: Clock): Promise<CaBundle> {
  // A connection each, and no session that a verified connection could resume.
  const https = new HttpsAgent({ rejectUnauthorized: false, maxCachedSessions: 0 });
  return fetchOver(agentsOf(https), place, clock);
}

/**
 * What the mounts deliver, where Vault's own certificate verifies against it: it is fetched again
 * over a connection that nothing else verifies, and must be the same then.
 * @throws CaFetchError
 */
export async function fetchCaBundle(place: CaMounts, clock: Clock): Promise<CaBundle> {
  const delivered = await lookAtCaBundle(place, clock);
  const verified = await fetchOver(vaultAgents(delivered.pem, 1), place, clock);
  if (verified.pem === delivered.pem) return verified;
  throw new CaFetchError(
    'the mounts deliver other certificates to a connection that is verified',
    true,
  );
}

function agentsOf(https: HttpsAgent): VaultAgents {
  return {
    http() {
      throw new CaFetchError('an http:// address has no certificate to verify', false);
    },
    https: () => https,
    destroy: () => https.destroy(),
  };
}

async function fetchOver(agents: VaultAgents, place: CaMounts, clock: Clock): Promise<CaBundle> {
  try {
    const texts: string[] = [];
    for (const mount of place.mounts) texts.push(await fetchMount(agents, place, mount, clock));
    return caBundle(texts);
  } finally {
    agents.destroy();
  }
}

async function fetchMount(
  agents: VaultAgents,
  { address, namespace }: CaMounts,
  mount: string,
  clock: Clock,
): Promise<string> {
  const base = parseVaultAddress(address).href.replace(/\/+$/, '');
  const call = {
    method: 'GET',
    url: new URL(`${base}/v1/${mount}/ca/pem`),
    headers: {
      'x-vault-request': 'true',
      ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
    },
    body: undefined,
    deadlineAt: clock.now() + DEADLINE_MS,
    signal: undefined,
  } as const;
  try {
    const { status, body } = await roundTrip(clock, agents, call);
    requireOk(mount, status);
    if (!caBundle([body]).authoritiesOnly) {
      throw new CaFetchError(
        `${mount} delivers a certificate that is no authority's (CA:TRUE)`,
        false,
      );
    }
    return body;
  } catch (error) {
    throw error instanceof CaFetchError ? error : describe(mount, error);
  }
}

function requireOk(mount: string, status: number): void {
  if (status === 200) return;
  const redirected = status >= 300 && status < 400;
  const problem = redirected ? 'a redirect, which is not followed' : `HTTP ${status}`;
  throw new CaFetchError(
    `${mount}/ca/pem answers with ${problem}`,
    redirected || status === 429 || status >= 500,
  );
}

function describe(mount: string, error: unknown): CaFetchError {
  const words = sanitize(messageOf(error));
  if (!(error instanceof HttpFailure))
    return new CaFetchError(`${mount}/ca/pem ${words}`, false, error);
  if (isUntrusted(error.cause)) {
    const problem = `the certificate of Vault does not verify against what its mounts deliver (${words})`;
    return new CaFetchError(problem, false, error.cause);
  }
  return new CaFetchError(`${mount}/ca/pem: ${words}`, true, error.cause);
}
