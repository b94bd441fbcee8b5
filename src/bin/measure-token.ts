import type { CredentialMetrics } from '../telemetry/metrics/credential-metrics.ts';
import type { TokenReport } from '../vault/own-token/upkeep/messages.ts';

/** Counts what the keeper of the controller's token reports. */
export function measureToken(metrics: CredentialMetrics, report: TokenReport): void {
  switch (report.kind) {
    case 'accepted':
      metrics.vaultUp.set(1);
      metrics.tokenLifetime.set(report.lifetimeMs / 1_000);
      return metrics.tokenTtl.set(report.ttlMs / 1_000);
    case 'renewed':
      metrics.tokenRenewals.inc();
      metrics.vaultUp.set(1);
      metrics.tokenLifetime.set(report.ttlMs / 1_000);
      return metrics.tokenTtl.set(report.ttlMs / 1_000);
    case 'renewal-failed':
      metrics.tokenRenewals.inc();
      metrics.tokenRenewalFailures.inc();
      if (report.failure.kind === 'unavailable') metrics.vaultUp.set(0);
      return metrics.tokenTtl.set(report.leftMs / 1_000);
    case 'not-obtained':
      return report.failure.kind === 'unavailable' ? metrics.vaultUp.set(0) : undefined;
    case 'lost':
      return metrics.tokenTtl.set(0);
    case 'broken':
      return;
  }
}
