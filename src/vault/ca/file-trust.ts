import { type FileReading, followFile } from '../../base/follow-file.ts';
import { messageOf } from '../../base/message-of.ts';
import { sanitize } from '../../base/sanitize.ts';
import { caBundle } from './ca-bundle.ts';
import type { TrustReport, VaultTrust } from './vault-trust.ts';

/** Verifies Vault by the system's roots. */
export function systemTrust(report: (report: TrustReport) => void): VaultTrust {
  return {
    pem: () => undefined,
    ready: Promise.resolve(),
    missing: () => undefined,
    doubt: (words) => report({ kind: 'refused', words }),
    stop: () => {},
  };
}

/**
 * Verifies Vault by the certificates of a file, also when it changes; a file that holds none then
 * changes nothing.
 * @param first what the file held when the configuration was read
 */
export function fileTrust(
  { path, first }: { readonly path: string; readonly first: string },
  reading: FileReading,
  report: (report: TrustReport) => void,
): VaultTrust {
  let { pem } = caBundle([first]);
  const file = followFile(path, reading, {
    changed(text) {
      const bundle = caBundle([text]);
      if (bundle.pem === pem) return;
      pem = bundle.pem;
      report({ kind: 'replaced', fingerprints: bundle.fingerprints });
    },
    failed(error) {
      const words = sanitize(`${path}: ${messageOf(error)}`);
      report({ kind: 'unreadable', words, othersInUse: true });
    },
  });
  return {
    pem: () => pem,
    ready: Promise.resolve(),
    missing: () => undefined,
    doubt(words) {
      report({ kind: 'refused', words });
      file.look();
    },
    stop: () => file.stop(),
  };
}
