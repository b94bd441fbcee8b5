import { X509Certificate } from 'node:crypto';
import type { Backoff } from '../../base/backoff.ts';
import type { Cancel } from '../../base/clock.ts';
import { keepFresh } from '../../base/keep-fresh.ts';
import { messageOf } from '../../base/message-of.ts';
import { parseCertificates } from '../../base/pem.ts';
import { FILE_RETRY, LOOK_EVERY_MS, type Upkeep, VAULT_RETRY } from './upkeep.ts';

/** Who signs the certificates of clients, how often that is looked up, and how fast after failures. */
export interface AuthoritySource {
  /** For messages. */
  readonly name: string;
  /** PEM. */
  readonly load: () => Promise<string>;
  readonly everyMs: number;
  readonly retry: Backoff;
}

/** A mount's authority is replaced once in years. */
const MOUNTS_EVERY_MS = 10 * 60_000;

/** The authorities of PKI mounts. */
export function authoritiesOfMounts(
  mounts: readonly string[],
  read: (mount: string) => Promise<string>,
): AuthoritySource {
  return {
    name: mounts.join(', '),
    load: async () => (await Promise.all(mounts.map(read))).join('\n'),
    everyMs: MOUNTS_EVERY_MS,
    retry: VAULT_RETRY,
  };
}

export function authoritiesOfFile(
  file: string,
  read: (path: string) => Promise<string>,
): AuthoritySource {
  return { name: file, load: () => read(file), everyMs: LOOK_EVERY_MS, retry: FILE_RETRY };
}

/** Has clients' certificates checked by these authorities, and by others when they have changed. Returns what ends it. */
export function keepClientAuthorities(
  source: AuthoritySource,
  trust: (pem: string) => void,
  { logger, clock, random }: Upkeep,
): Cancel {
  let trusted: string | undefined;
  let told: string | undefined;
  return keepFresh({
    load: async () => parseCertificates(await source.load()),
    onLoaded(certificates) {
      const pem = certificates.join('\n');
      if (pem !== trusted) {
        trust(pem);
        if (!certificates.some(isRoot)) warnOfNoRoot(logger, source);
      }
      told = undefined;
      trusted = pem;
      return source.everyMs;
    },
    onFailed(error) {
      const words = messageOf(error);
      if (words === told) return;
      told = words;
      const result =
        trusted === undefined
          ? 'nobody can read the metrics yet'
          : 'what was read before stays in use';
      const message = `cannot read who signs the certificates of the metrics' clients (${source.name}); ${result}`;
      logger.error({ error }, message);
    },
    backoff: source.retry,
    clock,
    random,
  });
}

/** Node's TLS servers follow a chain to its root, and take no other end for one. */
function isRoot(certificate: string): boolean {
  const x509 = new X509Certificate(certificate);
  return x509.checkIssued(x509);
}

function warnOfNoRoot(logger: Upkeep['logger'], { name }: AuthoritySource): void {
  const message = `who signs the certificates of the metrics' clients (${name}) is an intermediate without its root: no client is let in until the root is named, too`;
  logger.warn({ authorities: name }, message);
}
