import type { Cancel } from '../../base/clock.ts';
import { keepFresh, renewalDelay } from '../../base/keep-fresh.ts';
import type { Secret } from '../../base/secret.ts';
import { lifeLeft, parseServerIdentity, type ServerIdentity } from './server-identity.ts';
import { type Upkeep, VAULT_RETRY } from './upkeep.ts';

/** What is counted, one at a time. */
interface Counted {
  inc(): void;
}

export interface IssuedIdentityParts extends Upkeep {
  /** Has a certificate and its key made, both PEM. */
  readonly issue: () => Promise<{ readonly chain: string; readonly key: Secret }>;
  readonly show: (identity: ServerIdentity) => void;
  readonly metrics: Readonly<Record<'certificateRenewals' | 'certificateRenewalFailures', Counted>>;
}

/**
 * Has an identity issued, and a new one at half its life (S33). Where that fails the old one stays
 * in use, and it is tried again for as long as it takes. Returns what ends it.
 */
export function keepIssuedIdentity(parts: IssuedIdentityParts): Cancel {
  const { issue, show, metrics, clock, random } = parts;
  let current: ServerIdentity | undefined;
  return keepFresh({
    async load() {
      metrics.certificateRenewals.inc();
      const { chain, key } = await issue();
      return parseServerIdentity(chain, key);
    },
    onLoaded(identity) {
      show(identity);
      current = identity;
      return renewalDelay(lifeLeft(identity, clock.wallClock()));
    },
    onFailed(error, retryInMs) {
      metrics.certificateRenewalFailures.inc();
      logFailure(parts, current, { error, retryInMs: Math.round(retryInMs) });
    },
    backoff: VAULT_RETRY,
    clock,
    random,
  });
}

function logFailure(
  { logger, clock }: IssuedIdentityParts,
  current: ServerIdentity | undefined,
  fields: { readonly error: unknown; readonly retryInMs: number },
): void {
  if (current === undefined) {
    return logger.error(fields, 'no certificate for the metrics yet: nobody can read them');
  }
  const notAfter = new Date(current.notAfter).toISOString();
  if (lifeLeft(current, clock.wallClock()) > 0) {
    const message = 'cannot renew the certificate of the metrics; the old one stays in use';
    return logger.warn({ ...fields, notAfter }, message);
  }
  logger.error({ ...fields, notAfter }, 'the certificate of the metrics has expired');
}
