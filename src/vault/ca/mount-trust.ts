import type { Backoff } from '../../base/backoff.ts';
import { keepFresh } from '../../base/keep-fresh.ts';
import { messageOf } from '../../base/message-of.ts';
import type { CaBundle } from './ca-bundle.ts';
import { CaFetchError } from './fetch-ca-bundle.ts';
import type { VaultTrust } from './vault-trust.ts';
import { type MountWatch, type MountWatchParts, watchMounts } from './watch-mounts.ts';

export interface MountTrustParts extends MountWatchParts {
  /** What the mounts deliver where Vault itself verifies against it. Throws CaFetchError. */
  readonly fetch: () => Promise<CaBundle>;
  /** The only certificates to accept, in lower-case hex; none where any will do. */
  readonly sha256: readonly string[];
}

const RETRY: Backoff = { baseMs: 500, capMs: 5_000 };

/**
 * Verifies Vault by what its own PKI mounts deliver at start, for the life of the process (S32): a
 * change of theirs is reported, and needs a restart to count.
 */
export function mountTrust(parts: MountTrustParts): VaultTrust {
  const { report, sha256 } = parts;
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  // Whoever awaits it gets the rejection; nobody need.
  ready.catch(() => {});
  let pinned: { readonly pem: string; readonly watch: MountWatch } | undefined;
  let missing = 'not fetched yet';

  const stopFetching = keepFresh({
    load: async () => requireListed(await parts.fetch(), sha256),
    onLoaded(bundle) {
      stopFetching();
      pinned = { pem: bundle.pem, watch: watchMounts(parts, bundle.fingerprints) };
      const { fingerprints } = bundle;
      report({ kind: 'pinned', fingerprints, verified: sha256.length > 0 });
      resolve();
      return 0;
    },
    onFailed(error) {
      const words = messageOf(error);
      if (words !== missing) report({ kind: 'unreadable', words, othersInUse: false });
      missing = words;
      if (error instanceof CaFetchError && error.retryable) return;
      stopFetching();
      reject(error);
    },
    backoff: RETRY,
    clock: parts.clock,
    random: parts.random,
  });
  return {
    pem: () => pinned?.pem,
    ready,
    missing: () => (pinned === undefined ? missing : undefined),
    doubt(words) {
      report({ kind: 'refused', words });
      pinned?.watch.look();
    },
    stop() {
      stopFetching();
      pinned?.watch.stop();
    },
  };
}

/** @throws CaFetchError if there is one that is not listed, unless nothing is */
function requireListed(bundle: CaBundle, sha256: readonly string[]): CaBundle {
  const stranger = bundle.fingerprints.find((one) => !sha256.includes(one));
  if (sha256.length === 0 || stranger === undefined) return bundle;
  const problem = `a certificate with the SHA-256 fingerprint ${stranger} was delivered, which is not listed`;
  throw new CaFetchError(problem, false);
}
