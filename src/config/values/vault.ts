import { parseMountPath } from '../../wire/mount-path.ts';
import { bad, good, quoted, type Read } from './reading.ts';

/** Where Vault is: as written, for it is pushed to the pods like this, and parsed. */
export interface VaultAddress {
  readonly text: string;
  readonly url: URL;
}

/** An address of Vault: http or https, a host, perhaps a port and a path. */
export const vaultAddress: Read<VaultAddress> = (scalar) => {
  const url = URL.canParse(scalar.text) ? new URL(scalar.text) : undefined;
  if (url === undefined || !/^https?:\/\//i.test(scalar.text)) {
    return bad(`${quoted(scalar)} is not a URL that starts with https:// or http://`);
  }
  if (url.username !== '' || url.password !== '') {
    return bad('holds a user name or password, which Vault does not know');
  }
  if (/[?#\s]/.test(scalar.text)) {
    return bad(`${quoted(scalar)} holds a space, a query (?) or a fragment (#)`);
  }
  return good({ text: scalar.text, url });
};

/** Where something is mounted in Vault, or a Vault namespace: a path without slashes at its ends. */
export const vaultPath: Read<string> = (scalar) => {
  const path = parseMountPath(scalar.text);
  return path === undefined
    ? bad(`${quoted(scalar)} is not a path in Vault such as pki or team/pki`)
    : good(path);
};

/** The mount of an auth method, which Vault keeps below `auth/`. */
export const authMount: Read<string> = (scalar) => {
  const reading = vaultPath(scalar);
  return reading.ok && reading.value.startsWith('auth/')
    ? bad(`${quoted(scalar)} starts with auth/, which is added by itself`)
    : reading;
};

/** The SHA-256 fingerprint of a certificate in lower-case hex, from any of the usual spellings. */
export const fingerprint: Read<string> = (scalar) => {
  const hex = scalar.text.replaceAll(':', '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex)
    ? good(hex)
    : bad(`${quoted(scalar)} is not a SHA-256 fingerprint (64 hexadecimal digits)`);
};
