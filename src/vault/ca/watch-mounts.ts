import type { Clock } from '../../base/clock.ts';
import { keepFresh } from '../../base/keep-fresh.ts';
import { messageOf } from '../../base/message-of.ts';
import type { Random } from '../../base/random.ts';
import type { CaBundle } from './ca-bundle.ts';
import type { TrustReport } from './vault-trust.ts';

export interface MountWatchParts {
  /** What the mounts deliver, unverified. Throws CaFetchError. */
  readonly look: () => Promise<CaBundle>;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (report: TrustReport) => void;
}

export interface MountWatch {
  /** Looks now, without waiting for the next time. */
  look(): void;
  stop(): void;
}

/** An authority is replaced once in years. */
const EVERY_MS = 10 * 60_000;

/** Reports, once each, when mounts deliver other certificates than those that are pinned. */
export function watchMounts(
  { look, clock, random, report }: MountWatchParts,
  pinned: readonly string[],
): MountWatch {
  let seen = pinned.join();
  let failure: string | undefined;
  const start = () =>
    keepFresh({
      load: look,
      onLoaded({ fingerprints }) {
        failure = undefined;
        const now = fingerprints.join();
        if (now !== seen && now !== pinned.join()) report({ kind: 'changed', fingerprints });
        seen = now;
        return EVERY_MS;
      },
      onFailed(error) {
        const words = messageOf(error);
        if (words !== failure) report({ kind: 'unreadable', words, othersInUse: true });
        failure = words;
      },
      backoff: { baseMs: EVERY_MS / 10, capMs: EVERY_MS },
      clock,
      random,
    });
  let stop = start();
  return {
    look() {
      stop();
      stop = start();
    },
    stop: () => stop(),
  };
}
