import { formatDuration } from '../../base/duration.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { TokenReport } from '../../vault/own-token/upkeep/messages.ts';

/** Writes what the keeper of the controller's token reports as log lines. */
export function logTokenReport(logger: Logger, report: TokenReport): void {
  switch (report.kind) {
    case 'accepted':
      return logAccepted(logger, report);
    case 'broken': {
      const inUse = report.othersInUse ? '; the one before it stays in use' : '';
      for (const { wrong, remedy } of report.rules) {
        logger.error({ remedy }, `the token of the controller ${wrong}${inUse}`);
      }
      return;
    }
    case 'not-obtained':
      return logNotObtained(logger, report);
    case 'renewed': {
      const message = `the token is renewed for ${formatDuration(report.ttlMs)}`;
      if (!report.shrinks) return logger.debug({ ttlMs: report.ttlMs }, message);
      return logger.warn({ ttlMs: report.ttlMs }, `${message}, less than before: it nears its end`);
    }
    case 'renewal-failed': {
      const { failure, leftMs } = report;
      const message = `cannot renew the token, which has ${formatDuration(leftMs)} left: ${failure.words}`;
      return logger.error({ leftMs: Math.round(leftMs) }, message);
    }
    case 'lost':
      return logger.error({ how: report.how }, lost(report));
  }
}

function logAccepted(
  logger: Logger,
  { ttlMs, limits, replaces }: Extract<TokenReport, { kind: 'accepted' }>,
): void {
  const what = replaces ? 'another token takes the place of the one before' : 'the token is valid';
  logger.info({ ttlMs }, `${what}, for ${formatDuration(ttlMs)}`);
  for (const limit of limits) logger.warn({}, `the token of the controller ${limit}`);
}

const STEPS = {
  read: 'cannot read the token',
  'log-in': 'cannot log in for a token',
  check: 'cannot use the token',
} as const;

function logNotObtained(
  logger: Logger,
  { step, failure, othersInUse }: Extract<TokenReport, { kind: 'not-obtained' }>,
): void {
  const message = `${STEPS[step]}: ${failure.words}`;
  if (othersInUse) return logger.warn({}, `${message}; the one before it stays in use`);
  logger.error({}, `${message}; nothing can be minted until that works`);
}

function lost({ how, words }: Extract<TokenReport, { kind: 'lost' }>): string {
  const said = words === '' ? '' : ` (${words})`;
  return how === 'expired'
    ? `the token has expired${said}; nothing can be minted until there is another`
    : `Vault does not accept the token any more${said}; nothing can be minted until there is another`;
}
