import { createSecretKey, type KeyObject } from 'node:crypto';

const KEY_BYTES = 32;

/**
 * Text that is no key file; the message goes on after "this file …", and names the line, never what
 * is in it.
 */
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
  if (first === undefined) throw new ClusterKeysError('holds no key');
  return [first, ...others];
}

function parseKey({ line, number }: { line: string; number: number }): KeyObject {
  const key = Buffer.from(line, 'base64');
  // Node reads over what is not base64.
  if (key.length !== KEY_BYTES || key.toString('base64') !== line) {
    throw new ClusterKeysError(
      `holds in line ${number} something else than ${KEY_BYTES} bytes of base64`,
    );
  }
  return createSecretKey(key);
}
