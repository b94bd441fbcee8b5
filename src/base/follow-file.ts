import type { Clock } from './clock.ts';
import { keepFresh } from './keep-fresh.ts';
import { messageOf } from './message-of.ts';
import type { Random } from './random.ts';

/** Reads a text file; throws what Node throws. */
export type ReadTextFile = (path: string) => Promise<string>;

/** What following a file takes. */
export interface FileReading {
  readonly read: ReadTextFile;
  readonly clock: Clock;
  readonly random: Random;
}

export interface FileListener {
  /** The first text, each that differs from the one before, and the first after a failure. What it throws counts as one. */
  changed(text: string): void;
  /** The file cannot be read: told once, until that changes. */
  failed(error: unknown): void;
}

export interface FollowedFile {
  /** Reads it now, without waiting for the next time. */
  look(): void;
  stop(): void;
}

/**
 * How often a file is read again. Watching it instead would miss what a network file system does,
 * and the links that a kubelet swaps under a mounted Secret.
 */
const EVERY_MS = 2_000;

/** Reads a small file now and from time to time, and tells when its text changes. */
export function followFile(
  path: string,
  { read, clock, random }: FileReading,
  { changed, failed }: FileListener,
): FollowedFile {
  let last: string | undefined;
  let failure: string | undefined;
  const start = () =>
    keepFresh({
      load: () => read(path),
      onLoaded(text) {
        if (text === last) return EVERY_MS;
        changed(text);
        last = text;
        failure = undefined;
        return EVERY_MS;
      },
      onFailed(error) {
        const words = messageOf(error);
        if (words === failure) return;
        last = undefined;
        failure = words;
        failed(error);
      },
      backoff: { baseMs: EVERY_MS, capMs: EVERY_MS },
      clock,
      random,
    });
  let stop = start();
  let isStopped = false;
  return {
    look() {
      if (isStopped) return;
      stop();
      stop = start();
    },
    stop() {
      isStopped = true;
      stop();
    },
  };
}
