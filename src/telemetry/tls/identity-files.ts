import type { Cancel } from '../../base/clock.ts';
import { keepFresh } from '../../base/keep-fresh.ts';
import { messageOf } from '../../base/message-of.ts';
import { Secret } from '../../base/secret.ts';
import { parseServerIdentity, type ServerIdentity } from './server-identity.ts';
import { FILE_RETRY, LOOK_EVERY_MS, type Upkeep } from './upkeep.ts';

export interface IdentityFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface IdentityFilesParts extends Upkeep {
  readonly files: IdentityFiles;
  readonly read: (path: string) => Promise<string>;
  readonly show: (identity: ServerIdentity) => void;
}

/**
 * Shows the identity of two PEM files, and the next one when they have changed; what they do not
 * hold together leaves the old one in use. Returns what ends it.
 */
export function keepIdentityOfFiles({
  files: { certFile, keyFile },
  read,
  show,
  logger,
  clock,
  random,
}: IdentityFilesParts): Cancel {
  let shown: string | undefined;
  let told: string | undefined;
  return keepFresh({
    async load() {
      // Together, for the two are replaced together.
      const [chain, key] = await Promise.all([read(certFile), read(keyFile)]);
      const text = chain + key;
      return {
        text,
        identity: text === shown ? undefined : parseServerIdentity(chain, new Secret(key)),
      };
    },
    onLoaded({ text, identity }) {
      if (identity !== undefined) show(identity);
      told = undefined;
      shown = text;
      return LOOK_EVERY_MS;
    },
    onFailed(error) {
      const words = messageOf(error);
      if (words === told) return;
      told = words;
      const message = `${certFile} and ${keyFile} hold no certificate with its key`;
      const stays = shown === undefined ? '' : '; the one read before stays in use';
      logger.error({ error, certFile, keyFile }, `${message}${stays}`);
    },
    backoff: FILE_RETRY,
    clock,
    random,
  });
}
