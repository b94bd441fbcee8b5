import { createSecretKey, type KeyObject } from 'node:crypto';

const KEY_BYTES = 32;

/** A key file that cannot be used. The message names the line, never what is in it. */
export class ClusterKeysError extends Error {
  override readonly name = 'ClusterKeysError';
  /** Nobody mends a file by reading it again. */
  readonly retryable = false;
}

/**
 * The keys of a cluster: a line of base64 for each, 32 bytes long. The first is the one to use, the
 * others are taken from members that do not use it yet, or any more.
 * @throws ClusterKeysError
 */
export function parseClusterKeys(text: string): readonly [KeyObject, ...KeyObject[]] {
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const [first, ...others] = lines.filter(({ line }) => line !== '').map(parseKey);
  if (first === undefined) throw new ClusterKeysError('the key file is empty');
  return [first, ...others];
}

function parseKey({ line, number }: { line: string; number: number }): KeyObject {
  const key = Buffer.from(line, 'base64');
  // Node reads over what is not base64.
  if (key.length !== KEY_BYTES || key.toString('base64') !== line) {
    throw new ClusterKeysError(
      `line ${number} of the key file is not ${KEY_BYTES} bytes of base64: make one with "openssl rand -base64 ${KEY_BYTES}"`,
    );
  }
  return createSecretKey(key);
}
