import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { Clock } from '../../base/clock.ts';
import { hostPort } from '../../base/ip.ts';
import { ownAddresses } from '../../base/own-addresses.ts';
import { systemRandom as random } from '../../base/random.ts';
import type { Settings } from '../../config/settings.ts';
import type { Election, Term } from '../../election/election.ts';
import { DEFAULT_TIMES } from '../../election/lease/messages.ts';
import { startLeaseElection } from '../../election/lease/runner.ts';
import { startPeerServer } from '../../election/peer/peer-server.ts';
import { tcpTransport } from '../../election/peer/tcp-transport.ts';
import { watchPeer } from '../../election/peer/watch-peer.ts';
import type { KubeClient } from '../../kube/api/kube-client.ts';
import { createLeasesApi } from '../../kube/leases/leases-api.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics/metrics.ts';
import { logLeaseReport } from '../reports/log-lease-report.ts';
import { measureElection } from '../reports/measure-election.ts';
import { keepWarm } from './keep-warm.ts';
import { knowPeers } from './know-peers.ts';

export interface ElectParts {
  readonly settings: Pick<Settings, 'kubernetes' | 'peerPort'>;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly onTerm: (term: Term) => void;
}

/**
 * Takes part in the election of who acts, until it is stopped. Controllers are told apart by their
 * processes: one that is started again is another.
 * @throws ListenError where the peer port cannot be had
 */
export async function takePart(parts: ElectParts): Promise<Election> {
  const { settings, variables, kube, clock, logger, metrics, onTerm } = parts;
  const { serviceNamespace: namespace, service } = settings.kubernetes;
  const { peerPort: port } = settings;
  const identity = `${variables['HOSTNAME'] || hostname()}_${randomUUID()}`;
  const endpoint = { port, address: undefined, portKey: 'peerPort', addressKey: 'peerPort' };
  using starting = new DisposableStack();
  starting.use(await startPeerServer({ endpoint, identity, logger }));
  const api = createLeasesApi(kube, { namespace, name: service }, clock, random);
  const peers = starting.use(knowPeers(parts));
  const measure = measureElection(metrics, clock);
  const election = startLeaseElection({
    api,
    settings: { ...DEFAULT_TIMES, identity, peer: hostPort(ownAddress(variables), port) },
    watchPeer: (holder, gone) =>
      watchPeer(holder, gone, { transport: tcpTransport, clock, random }),
    onTerm,
    members: () => peers.count(),
    report(report) {
      measure(report);
      logLeaseReport(logger, report);
    },
    clock,
    random,
  });
  starting.defer(() => election.stop());
  const abort = new AbortController();
  starting.defer(() => abort.abort());
  starting.use(keepWarm(() => void api.read(abort.signal).catch(() => {}), clock));
  const running = starting.move();
  return { ...election, stop: () => running.dispose() };
}

/** As the pod's manifest says it (downward API), or the first address that others may know. */
function ownAddress(variables: ElectParts['variables']): string {
  const given = variables['POD_IP'] ?? '';
  if (isIP(given) !== 0) return given;
  return ownAddresses(networkInterfaces())[0] ?? '127.0.0.1';
}
