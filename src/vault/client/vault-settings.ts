import { messageOf } from '../../base/message-of.ts';
import { parseCertificates } from '../../base/pem.ts';

/** What an HTTP header may hold, and every token and namespace of Vault's is made of. */
const HEADER_TEXT = /^[\x21-\x7e]+$/;

/** A setting of a Vault client that cannot be used; found before any request is made. */
export class VaultSettingError extends Error {
  override readonly name = 'VaultSettingError';
  readonly setting: 'address' | 'ca' | 'namespace';

  constructor(setting: VaultSettingError['setting'], problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.setting = setting;
  }
}

/**
 * The URL that every request path is appended to: `https://host:8200`, with or without a path before `v1/`.
 * @throws VaultSettingError that says what the address should be
 */
export function parseVaultAddress(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new VaultSettingError('address', 'is not a URL such as https://vault.example:8200');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new VaultSettingError('address', 'has more than scheme, host, port and path');
  }
  return url;
}

/**
 * The PEM certificates of a bundle.
 * @throws VaultSettingError if there is none, or one that cannot be read
 */
export function parseCaBundle(pem: string): string[] {
  try {
    return parseCertificates(pem);
  } catch (cause) {
    throw new VaultSettingError('ca', messageOf(cause), { cause });
  }
}

/** @throws VaultSettingError if no namespace could have that name */
export function parseNamespace(text: string): string {
  if (isHeaderText(text)) return text;
  throw new VaultSettingError('namespace', 'is not a name of printable ASCII characters');
}

export function isHeaderText(text: string): boolean {
  return HEADER_TEXT.test(text);
}
