import type { Clock } from '../../../base/clock.ts';
import { systemRandom as random } from '../../../base/random.ts';
import type { Settings } from '../../../config/settings.ts';
import type { KubeClient } from '../../../kube/api/kube-client.ts';
import { followPeers, type PeersReport } from '../../../kube/peers/follow-peers.ts';
import type { Peer } from '../../../kube/peers/peer.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import type { Metrics } from '../../../telemetry/metrics/metrics.ts';

export interface KnowPeersParts {
  readonly settings: Pick<Settings, 'kubernetes'>;
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'cluster'>;
}

/** Follows and measures which controllers the Service leads to, until it is disposed of. */
export function knowPeers(
  { settings, kube, clock, logger, metrics }: KnowPeersParts,
  see: (peers: readonly Peer[]) => void,
): Disposable {
  const { serviceNamespace: namespace, service } = settings.kubernetes;
  return followPeers(
    kube,
    { namespace, service },
    { clock, random },
    (peers) => {
      metrics.cluster.discoveredNodes.set(peers.length);
      see(peers);
    },
    (report) => logPeersReport(logger, report),
  );
}

function logPeersReport(logger: Logger, report: PeersReport): void {
  switch (report.kind) {
    case 'closed': {
      const { way, next, error } = report;
      return logger.info({ error }, `other controllers cannot be found by ${way}: trying ${next}`);
    }
    case 'all-closed': {
      const { error } = report;
      return logger.warn({ error }, `other controllers cannot be found: ${error.message}`);
    }
    case 'failing': {
      const { way, error } = report;
      return logger.warn(
        { error },
        `other controllers cannot be found by ${way}: ${error.message}`,
      );
    }
    case 'recovered':
      return logger.info({}, `other controllers are found by ${report.way} again`);
  }
}
