import { type Clock, pause } from '../base/clock.ts';
import { sanitize } from '../base/sanitize.ts';
import type { VaultClient } from '../vault/client/vault-client.ts';
import { isVaultError } from '../vault/client/vault-error.ts';
import { destroySecretId } from '../vault/secret-id/destroy-secret-id.ts';
import { lookupWrappingToken } from '../vault/secret-id/lookup-wrapping-token.ts';
import { mintSecretId } from '../vault/secret-id/mint-secret-id.ts';
import { lookupSelf } from '../vault/token/lookup-self.ts';
import type { RoleName } from '../wire/role-name.ts';
import type { SelfLookup, VaultFailure } from './input.ts';
import type { PodRef } from './report.ts';
import type { WrappingToken } from './wrapping-token.ts';

/** Vault as a delivery needs it. The methods throw VaultError but where they say otherwise. */
export interface CredentialSource {
  mint(role: RoleName, pod: PodRef): Promise<WrappingToken>;
  destroy(token: WrappingToken): Promise<void>;
  /** Whether Vault no longer knows the token; `false` where it cannot be asked. Does not throw. */
  isGone(token: WrappingToken): Promise<boolean>;
  /** Whether the controller's own token is valid. Does not throw. */
  lookUpSelf(): Promise<SelfLookup>;
}

export interface CredentialOptions {
  /** The AppRole method's mount. */
  readonly appRoleMount: string;
  readonly wrappingTtlSeconds: number;
  /** What is said of the pod in Vault's audit log; see docs/guide/configuration.md for the price. */
  readonly metadata: readonly ('namespace' | 'serviceAccount' | 'pod')[];
  /** Whether the secret_id, or also the token behind it, is of use only from the pod's addresses. */
  readonly bindToPodIp: 'off' | 'secret-id' | 'token';
}

/** A standby of Vault's may not have seen a fresh token: it is asked again after this. */
const SECOND_LOOK_MS = 500;

export function vaultCredentialSource(
  client: VaultClient,
  options: CredentialOptions,
  clock: Clock,
): CredentialSource {
  const { appRoleMount: mount, wrappingTtlSeconds: wrapTtlSeconds } = options;
  return {
    async mint(role, pod) {
      const askedAt = clock.now();
      const restrictions = restrictionsFor(pod, options);
      const minted = await mintSecretId(client, { mount, role, wrapTtlSeconds, ...restrictions });
      const { token: secret, accessor, creationTime, ttlSeconds } = minted;
      return { secret, role, accessor, creationTime, ttlMs: ttlSeconds * 1_000, askedAt };
    },
    async destroy({ role, accessor }) {
      if (accessor !== undefined) await destroySecretId(client, { mount, role, accessor });
    },
    isGone: (token) => isGone(client, token, clock),
    lookUpSelf: () => lookUpSelf(client),
  };
}

function restrictionsFor(pod: PodRef, { metadata, bindToPodIp }: CredentialOptions) {
  const words = { namespace: pod.namespace, serviceAccount: pod.serviceAccount, pod: pod.name };
  const cidrs = pod.ips.map((ip) => `${ip}/${ip.includes(':') ? 128 : 32}`);
  return {
    ...(metadata.length === 0
      ? {}
      : { metadata: Object.fromEntries(metadata.map((name) => [`kv_${name}`, words[name]])) }),
    ...(bindToPodIp === 'off' ? {} : { cidrList: cidrs }),
    ...(bindToPodIp === 'token' ? { tokenBoundCidrs: cidrs } : {}),
  };
}

async function isGone(client: VaultClient, token: WrappingToken, clock: Clock): Promise<boolean> {
  try {
    const first = await lookupWrappingToken(client, token.secret);
    if (first.kind !== 'gone') return false;
    await pause(clock, SECOND_LOOK_MS);
    return (await lookupWrappingToken(client, token.secret)).kind === 'gone';
  } catch (error) {
    if (isVaultError(error)) return false;
    throw error;
  }
}

async function lookUpSelf(client: VaultClient): Promise<SelfLookup> {
  try {
    await lookupSelf(client);
    return { kind: 'valid' };
  } catch (error) {
    const failure = vaultFailure(error);
    if (failure.kind === 'denied') return { kind: 'invalid', words: failure.words };
    return { kind: 'unknown', failure };
  }
}

/** What the core is told of an error; one that is not Vault's is a fault of ours, and counts as Vault's being out of order. */
export function vaultFailure(error: unknown): VaultFailure {
  if (isVaultError(error)) {
    return { kind: error.kind, retryable: error.retryable, words: error.detail };
  }
  return {
    kind: 'malformed',
    retryable: true,
    words: sanitize(`internal error: ${String(error)}`),
  };
}
