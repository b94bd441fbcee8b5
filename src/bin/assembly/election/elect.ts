import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { hostPort } from '../../../base/ip.ts';
import { ownAddresses } from '../../../base/own-addresses.ts';
import { systemRandom as random } from '../../../base/random.ts';
import type { Election } from '../../../election/election.ts';
import { DEFAULT_TIMES } from '../../../election/lease/messages.ts';
import { type LeaseElection, startLeaseElection } from '../../../election/lease/runner.ts';
import { startPeerServer } from '../../../election/peer/peer-server.ts';
import { tcpTransport } from '../../../election/peer/tcp-transport.ts';
import { watchPeer } from '../../../election/peer/watch-peer.ts';
import type { FenceHooks } from '../../../election/raft/parts.ts';
import { createLeasesApi, type LeasesApi } from '../../../kube/leases/leases-api.ts';
import { logLeaseReport } from '../../reports/log-lease-report.ts';
import { measureElection } from '../../reports/measure-election.ts';
import { keepWarm } from '../keep-warm.ts';
import type { ElectParts, Self, StartLease } from './elect-parts.ts';
import { knowPeers } from './know-peers.ts';

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
  const startLease: StartLease = (hooks = {}) => leaseElection(parts, self, api, hooks);
  const { election: engine } = settings;
  const election = starting.use(
    engine.kind === 'raft'
      ? await electByRaft({ ...parts, raft: engine }, self, startLease)
      : electByLease(parts, startLease),
  );
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
  { held, ...hooks }: Partial<FenceHooks>,
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

/** Loaded on demand: whoever elects by the Lease alone does not pay for it. */
async function electByRaft(
  ...args: Parameters<typeof import('./elect-by-raft.ts').electByRaft>
): Promise<Election & Disposable> {
  const engine = await import('./elect-by-raft.ts');
  return await engine.electByRaft(...args);
}

/** The Lease alone elects; the Service tells the metrics how many take part. */
function electByLease(parts: ElectParts, startLease: StartLease): Election & Disposable {
  const { cluster } = parts.metrics;
  const peers = knowPeers(parts, (all) => cluster.raftNodes.set(all.length));
  const election = startLease();
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
