import type { Cancel, Clock } from './clock.ts';
import { messageOf } from './message-of.ts';

/** Reads a text file; throws what Node throws. */
export type ReadTextFile = (path: string) => Promise<string>;

export interface FileListener {
  /** The file's text: the first, each that differs from the one before, and the first after a failure. */
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
  { read, clock }: { readonly read: ReadTextFile; readonly clock: Clock },
  listener: FileListener,
): FollowedFile {
  let last: { readonly text: string | undefined; readonly failure: string | undefined } | undefined;
  let reading = false;
  let again = false;
  let stopped = false;
  let cancel: Cancel = () => {};

  const readOnce = async () => {
    const now = await read(path).then(
      (text) => ({ text, error: undefined }),
      (error: unknown) => ({ text: undefined, error }),
    );
    const failure = now.text === undefined ? messageOf(now.error) : undefined;
    if (stopped || (last?.text === now.text && last?.failure === failure)) return;
    last = { text: now.text, failure };
    if (now.text === undefined) listener.failed(now.error);
    else listener.changed(now.text);
  };
  const look = () => {
    again = reading;
    if (reading || stopped) return;
    reading = true;
    cancel();
    void readOnce().then(() => {
      reading = false;
      if (again) return look();
      if (!stopped) cancel = clock.callAt(clock.now() + EVERY_MS, look);
    });
  };
  look();
  return {
    look,
    stop() {
      stopped = true;
      cancel();
    },
  };
}
