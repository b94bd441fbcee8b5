import type { MetricKit } from './metric-kit.ts';

export type CredentialMetrics = ReturnType<typeof credentialMetrics>;

/** Of the controller's own credentials, and of Vault, which gives them. */
export function credentialMetrics({ counter, unknownGauge }: MetricKit) {
  return {
    vaultUp: unknownGauge(
      'vault_up',
      'Whether Vault answered when it was last asked for anything (1), be it with a no, or could not serve (0)',
    ),
    tokenRenewals: counter(
      'vault_token_renewal_requests_total',
      "Requests to renew the controller's token, failed ones included",
    ),
    tokenRenewalFailures: counter(
      'vault_token_renewal_request_failures_total',
      "Requests to renew the controller's token that failed",
    ),
    tokenTtl: unknownGauge(
      'vault_token_ttl_seconds',
      "What is left of the controller's token, by the last answer of Vault",
    ),
    tokenLifetime: unknownGauge(
      'vault_token_lifetime_seconds',
      "The TTL that the controller's token had when Vault last granted or renewed it",
    ),
    certificateRenewals: counter(
      'vault_certificate_renewal_requests_total',
      'Requests to Vault for a certificate of the metrics server, the first one and failed ones included',
    ),
    certificateRenewalFailures: counter(
      'vault_certificate_renewal_request_failures_total',
      'Requests for a certificate of the metrics server that failed',
    ),
    certificateNotBefore: unknownGauge(
      'metrics_certificate_not_before_timestamp_seconds',
      "When the metrics server's certificate became valid (Unix time); without TLS there is none",
    ),
    certificateNotAfter: unknownGauge(
      'metrics_certificate_not_after_timestamp_seconds',
      "When the metrics server's certificate expires (Unix time); without TLS there is none",
    ),
  };
}
