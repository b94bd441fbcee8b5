import { readFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import type { Clock } from '../../base/clock.ts';
import { systemRandom } from '../../base/random.ts';
import type { Settings } from '../../config/settings.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics/metrics.ts';
import { startMetricsServer } from '../../telemetry/metrics/metrics-server.ts';
import {
  authoritiesOfFile,
  authoritiesOfMounts,
  keepClientAuthorities,
} from '../../telemetry/tls/client-authorities.ts';
import { keepIdentityOfFiles } from '../../telemetry/tls/identity-files.ts';
import { keepIssuedIdentity } from '../../telemetry/tls/issued-identity.ts';
import type { LiveContext } from '../../telemetry/tls/live-context.ts';
import type { ServerIdentity } from '../../telemetry/tls/server-identity.ts';
import type { VaultClient } from '../../vault/client/vault-client.ts';
import { issueCertificate } from '../../vault/pki/issue-certificate.ts';
import { readCaCertificate } from '../../vault/pki/read-ca-certificate.ts';
import { certificateNames } from './certificate-names.ts';

export interface ServeMetricsParts {
  readonly settings: Pick<Settings, 'prometheus' | 'kubernetes'>;
  readonly metrics: Metrics;
  readonly vault: VaultClient;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * Serves the metrics as they are configured, until it is disposed of.
 * @throws ListenError
 */
export async function serveMetrics(parts: ServeMetricsParts): Promise<Disposable> {
  const { settings, metrics, logger } = parts;
  const { address, port, certificate, clients } = settings.prometheus;
  const server = await startMetricsServer(
    {
      endpoint: { port, address, portKey: 'prometheus.port', addressKey: 'prometheus.address' },
      tls: certificate.kind === 'none' ? undefined : { checksClients: clients.kind !== 'anyone' },
    },
    metrics,
    logger,
  );
  const open = new DisposableStack();
  open.defer(() => server.close());
  if (server.context !== undefined) keepContext(parts, server.context, open);
  return open;
}

function keepContext(parts: ServeMetricsParts, context: LiveContext, open: DisposableStack): void {
  const { settings, metrics, vault, logger, clock } = parts;
  const upkeep = { logger, clock, random: systemRandom };
  const { certificate, clients } = settings.prometheus;
  const show = (identity: ServerIdentity) => {
    context.showIdentity(identity);
    const { credentials } = metrics;
    credentials.certificateNotBefore.set(identity.notBefore / 1_000);
    credentials.certificateNotAfter.set(identity.notAfter / 1_000);
    const notAfter = new Date(identity.notAfter).toISOString();
    logger.info({ notAfter }, 'a new certificate for the metrics is in use');
  };
  if (certificate.kind === 'vault') {
    const host = { name: hostname(), interfaces: networkInterfaces() };
    const names = certificateNames(settings.kubernetes.service, settings.prometheus.address, host);
    const request = { ...certificate, ...names };
    const issue = () => issueCertificate(vault, request);
    open.defer(keepIssuedIdentity({ issue, show, metrics: metrics.credentials, ...upkeep }));
  }
  if (certificate.kind === 'files') {
    open.defer(keepIdentityOfFiles({ files: certificate, read, show, ...upkeep }));
  }
  if (clients.kind === 'anyone') return;
  const authorities =
    clients.kind === 'signed-by-file'
      ? authoritiesOfFile(clients.file, read)
      : authoritiesOfMounts(clients.mounts, (mount) => readCaCertificate(vault, mount));
  const trust = (pem: string) => context.trustClientsOf(pem);
  open.defer(keepClientAuthorities(authorities, trust, upkeep));
}

function read(path: string): Promise<string> {
  return readFile(path, 'utf8');
}
