import type { CredentialMetrics } from '../../telemetry/metrics/credential-metrics.ts';
import type { Metrics } from '../../telemetry/metrics/metrics.ts';
import type { TokenKeeper } from '../../vault/own-token/keeper.ts';
import type { TokenReport } from '../../vault/own-token/upkeep/messages.ts';

/** Counts what the keeper of the controller's token reports. */
export function measureToken(metrics: CredentialMetrics, report: TokenReport): void {
  switch (report.kind) {
    case 'accepted':
      return metrics.tokenLifetime.set(report.lifetimeMs / 1_000);
    case 'renewed':
      metrics.tokenRenewals.inc();
      return metrics.tokenLifetime.set(report.ttlMs / 1_000);
    case 'renewal-failed':
      metrics.tokenRenewals.inc();
      return metrics.tokenRenewalFailures.inc();
    default:
      return;
  }
}

/** Has the token's time looked at when it is asked for. Before the first token there is none to tell of. */
export function measureTimeLeft(
  { credentials, onScrape }: Pick<Metrics, 'credentials' | 'onScrape'>,
  keeper: Pick<TokenKeeper, 'standing'>,
): void {
  onScrape(() => {
    const { kind, leftMs } = keeper.standing();
    if (kind !== 'waiting') credentials.tokenTtl.set(leftMs / 1_000);
  });
}
