import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

/** A key that cannot serve; the message goes on after "this file …". */
export class UnfitKeyError extends Error {
  override readonly name = 'UnfitKeyError';
}

/**
 * Checks a PEM private key, and that it is of that certificate (PEM), where one is given.
 * @throws UnfitKeyError
 */
export function checkPrivateKey(pem: string, certificate: string | undefined): void {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw new UnfitKeyError('holds no PEM private key without a passphrase', { cause });
  }
  if (certificate !== undefined && !new X509Certificate(certificate).checkPrivateKey(key)) {
    throw new UnfitKeyError('holds the key of another certificate');
  }
}
