import { type FileReading, followFile } from '../../../base/follow-file.ts';
import type { Secret } from '../../../base/secret.ts';
import type { GivenSource } from '../token-source.ts';
import { asUnreadable, parseCredential } from './credential-file.ts';

/** The one token of the configuration. */
export function fixedToken(token: Secret): GivenSource {
  return {
    kind: 'given',
    changes: false,
    follow(listener) {
      listener.offered(token);
      return { look: () => {}, stop: () => {} };
    },
  };
}

/** The token in a file, such as a mounted Secret or what Vault Agent writes: another one when the file changes. */
export function tokenInFile(path: string, reading: FileReading): GivenSource {
  return {
    kind: 'given',
    changes: true,
    follow: ({ offered, unreadable }) =>
      followFile(path, reading, {
        changed: (text) => offered(parseCredential(path, text)),
        failed: (error) => unreadable(asUnreadable(error).message),
      }),
  };
}
