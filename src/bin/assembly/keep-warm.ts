import type { Cancel, Clock } from '../../base/clock.ts';

/** Well under the 30 s after which an idle connection to Vault is not used again. */
const EVERY_MS = 15_000;

/**
 * Asks a small thing of a server again and again, until it is disposed of, so that an open connection
 * is there when this controller comes to act (S42).
 */
export function keepWarm(ask: () => void, clock: Clock): Disposable {
  let cancel: Cancel = () => {};
  const wait = () => {
    cancel = clock.callAt(clock.now() + EVERY_MS, () => {
      ask();
      wait();
    });
  };
  wait();
  return { [Symbol.dispose]: () => cancel() };
}
