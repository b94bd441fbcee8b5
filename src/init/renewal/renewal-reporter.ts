import { formatDuration } from '../../base/duration.ts';
import type { ClientToken } from '../../vault/login/log-in.ts';
import type { TokenReport } from '../../vault/own-token/upkeep/messages.ts';
import type { Log } from '../log.ts';

type Renewed = Extract<TokenReport, { kind: 'renewed' }>;

interface ReporterParts {
  readonly token: ClientToken;
  readonly log: Log;
  readonly write: (token: ClientToken) => void;
}

/** Logs what becomes of the token, and writes it anew when Vault says something else of it. */
export function renewalReporter(parts: ReporterParts): (report: TokenReport) => void {
  const { log, write } = parts;
  let last = parts.token;
  return (report) => {
    switch (report.kind) {
      case 'renewed': {
        logRenewed(log, report);
        const now = { ...last, ...saidOf(report) };
        if (!isSame(now, last)) write(now);
        last = now;
        break;
      }
      case 'renewal-failed': {
        const { words: reason } = report.failure;
        const left = formatDuration(Math.max(0, report.leftMs));
        log.warn({ reason, left }, 'could not renew the token');
        break;
      }
      case 'lost':
        log.error({ reason: report.words }, LOST[report.how]);
    }
  };
}

const LOST = {
  expired: 'the token has expired',
  denied:
    'Vault does not accept the token any more: it was revoked, or may neither renew nor look itself up',
} as const;

function logRenewed(log: Log, { ttlMs, shrinks }: Renewed): void {
  const ttl = formatDuration(ttlMs);
  if (shrinks) log.info({ ttl }, 'renewed the token, which nears the end of its max TTL');
  else log.debug({ ttl }, 'renewed the token');
}

function saidOf({ ttlMs, renewable }: Renewed) {
  return { leaseDurationSeconds: Math.round(ttlMs / 1_000), renewable };
}

function isSame(one: ClientToken, other: ClientToken): boolean {
  return (
    one.leaseDurationSeconds === other.leaseDurationSeconds && one.renewable === other.renewable
  );
}
