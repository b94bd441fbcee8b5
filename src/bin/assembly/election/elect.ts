import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { Clock } from '../../../base/clock.ts';
import { hostPort } from '../../../base/ip.ts';
import { ownAddresses } from '../../../base/own-addresses.ts';
import { systemRandom as random } from '../../../base/random.ts';
import type { Settings } from '../../../config/settings.ts';
import type { Election, Term } from '../../../election/election.ts';
import { DEFAULT_TIMES } from '../../../election/lease/messages.ts';
import {
  type LeaseElection,
  type LeaseElectionParts,
  startLeaseElection,
} from '../../../election/lease/runner.ts';
import { startPeerServer } from '../../../election/peer/peer-server.ts';
import { tcpTransport } from '../../../election/peer/tcp-transport.ts';
import { watchPeer } from '../../../election/peer/watch-peer.ts';
import type { FenceHooks } from '../../../election/raft/parts.ts';
import type { KubeClient } from '../../../kube/api/kube-client.ts';
import { createLeasesApi, type LeasesApi } from '../../../kube/leases/leases-api.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import type { Metrics } from '../../../telemetry/metrics/metrics.ts';
import { logLeaseReport } from '../../reports/log-lease-report.ts';
import { measureElection } from '../../reports/measure-election.ts';
import { keepWarm } from '../keep-warm.ts';
import { electByRaft } from './elect-by-raft.ts';
import { knowPeers } from './know-peers.ts';

export interface ElectParts {
  readonly settings: Pick<Settings, 'kubernetes' | 'peerPort' | 'election'>;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly onTerm: (term: Term) => void;
}

/** Who this controller is among the others. */
export interface Self {
  /** Another one for each process; begins with the pod's name. */
  readonly identity: string;
  readonly pod: string;
  /** An IP address. */
  readonly address: string;
}

/** What those who make use of the Lease know better than it. */
export type LeaseHooks = Pick<LeaseElectionParts, 'members'> & Partial<FenceHooks>;

export type StartLease = (hooks: LeaseHooks) => LeaseElection;

/**
 * Takes part in the election of who acts, until it is stopped. Controllers are told apart by their
 * processes: one that is started again is another.
 * @throws ListenError or GossipListenError where a port cannot be had; StorageError or
 * RaftDirInUseError where Raft can keep nothing
 */
export async function takePart(parts: ElectParts): Promise<Election> {
  const { settings, variables, kube, clock, logger } = parts;
  const { peerPort: port } = settings;
  const self = selfOf(variables);
  const endpoint = { port, address: undefined, portKey: 'peerPort', addressKey: 'peerPort' };
  using starting = new DisposableStack();
  starting.use(await startPeerServer({ endpoint, identity: self.identity, logger }));
  const { serviceNamespace: namespace, service: name } = settings.kubernetes;
  const api = createLeasesApi(kube, { namespace, name }, clock, random);
  const startLease: StartLease = (hooks) => leaseElection(parts, self, api, hooks);
  const election =
    settings.election.kind === 'raft'
      ? starting.use(await electByRaft({ ...parts, raft: settings.election }, self, startLease))
      : starting.use(electByLease(parts, startLease));
  const abort = new AbortController();
  starting.defer(() => abort.abort());
  starting.use(keepWarm(() => void api.read(abort.signal).catch(() => {}), clock));
  const running = starting.move();
  return { ...election, stop: () => running.dispose() };
}

function leaseElection(
  parts: ElectParts,
  { identity, address }: Self,
  api: LeasesApi,
  { held, ...hooks }: LeaseHooks,
): LeaseElection {
  const { settings, clock, logger, metrics, onTerm } = parts;
  const measure = measureElection(metrics, clock);
  return startLeaseElection({
    api,
    settings: { ...DEFAULT_TIMES, identity, peer: hostPort(address, settings.peerPort) },
    watchPeer: (holder, gone) =>
      watchPeer(holder, gone, { transport: tcpTransport, clock, random }),
    onTerm,
    report(report) {
      if (report.kind === 'renewed') held?.();
      measure(report);
      logLeaseReport(logger, report);
    },
    clock,
    random,
    ...hooks,
  });
}

/** The Lease alone elects; the Service tells how many take part. */
function electByLease(parts: ElectParts, startLease: StartLease): Election & Disposable {
  const { cluster } = parts.metrics;
  const peers = knowPeers(parts, (all) => cluster.raftNodes.set(all.length));
  const members = () => peers.count();
  const election = startLease({ members });
  return {
    ...election,
    stand: () => election.stand(),
    [Symbol.dispose]() {
      election.stop();
      peers[Symbol.dispose]();
    },
  };
}

function selfOf(variables: ElectParts['variables']): Self {
  const pod = variables['HOSTNAME'] || hostname();
  return { pod, identity: `${pod}_${randomUUID()}`, address: ownAddress(variables) };
}

/** As the pod's manifest says it (downward API), or the first address that others may know. */
function ownAddress(variables: ElectParts['variables']): string {
  const given = variables['POD_IP'] ?? '';
  if (isIP(given) !== 0) return given;
  return ownAddresses(networkInterfaces())[0] ?? '127.0.0.1';
}
