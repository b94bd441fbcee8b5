import type { Clock } from '../../../base/clock.ts';
import { followFile, type ReadTextFile } from '../../../base/follow-file.ts';
import { messageOf } from '../../../base/message-of.ts';
import type { Secret } from '../../../base/secret.ts';
import type { GivenSource } from '../token-source.ts';
import { parseCredential, unreadable } from './credential-file.ts';

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
export function tokenInFile(
  path: string,
  machine: { readonly read: ReadTextFile; readonly clock: Clock },
): GivenSource {
  return {
    kind: 'given',
    changes: true,
    follow: ({ offered, unreadable: failed }) =>
      followFile(path, machine, {
        changed(text) {
          try {
            offered(parseCredential(path, text));
          } catch (error) {
            failed(messageOf(error));
          }
        },
        failed: (error) => failed(unreadable(error).message),
      }),
  };
}
