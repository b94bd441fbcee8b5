import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { hostPort } from '../../../base/ip.ts';
import { systemRandom as random } from '../../../base/random.ts';
import { version } from '../../../base/version.ts';
import type { RaftSettings } from '../../../config/settings.ts';
import type { Election } from '../../../election/election.ts';
import { DEFAULT_CLUSTER_TIMES } from '../../../election/raft/cluster/messages.ts';
import { serveMembers } from '../../../election/raft/members/serve-members.ts';
import type { GossipHooks } from '../../../election/raft/parts.ts';
import { raftDirectory } from '../../../election/raft/raft-directory.ts';
import type { NodeRun } from '../../../election/raft/raft-host.ts';
import { type RaftElection, startRaftElection } from '../../../election/raft/runner.ts';
import { type GossipNode, startGossipNode } from '../../../gossip/node/gossip-node.ts';
import { clusterLeasesApi } from '../../../kube/leases/cluster-leases-api.ts';
import { DEFAULT_SETTINGS } from '../../../raft/core/io.ts';
import { type RaftNode, startRaftNode } from '../../../raft/node/raft-node.ts';
import { pskStreams } from '../../../raft/transport/psk-streams.ts';
import { tcpStreams } from '../../../raft/transport/tcp-streams.ts';
import { listen } from '../../../telemetry/listen.ts';
import { type ClusterReporter, reportCluster } from '../../reports/report-cluster.ts';
import { type ClusterKeysFile, followClusterKeys } from './cluster-keys-file.ts';
import type { ElectParts, Self, StartLease } from './elect-parts.ts';
import { knowPeers } from './know-peers.ts';

export interface ElectByRaftParts extends ElectParts {
  readonly raft: RaftSettings;
}

/** What both servers of the cluster take. */
interface Common extends ElectByRaftParts {
  readonly self: Self;
  readonly file: ClusterKeysFile;
  readonly report: ClusterReporter;
}

/**
 * Elections take twice as long as where Raft has machines of its own: a controller that gets no CPU for
 * half a second is no reason to elect another, and whose process is gone is known by its peer port, long
 * before. Nobody waits for what is committed: empty appends, which tell of it, are most of what
 * Raft would cost at rest.
 */
const TIMES = { ...DEFAULT_SETTINGS, electionMinMs: 1_000, electionMaxMs: 1_800, appendMs: 500 };

const NO_MEMBERS = { cluster: undefined, epoch: undefined, term: 0, members: [] };

/**
 * Raft among the controllers elects who leads, and who leads holds the Lease (docs/adr/0016).
 * @throws GossipListenError, StorageError, RaftDirInUseError
 */
export async function electByRaft(
  parts: ElectByRaftParts,
  self: Self,
  startLease: StartLease,
): Promise<Election & Disposable> {
  const { raft, kube, clock, logger, metrics, settings } = parts;
  const { serviceNamespace: namespace, service } = settings.kubernetes;
  using starting = new DisposableStack();
  let election: RaftElection | undefined;
  const view = () => election?.view() ?? NO_MEMBERS;
  // Whoever has the socket has the directory.
  starting.use(await serveMembers({ raftDir: raft.raftDir, view }));
  const read = (path: string) => readFile(path, 'utf8');
  const file = starting.use(followClusterKeys(raft.keyFile, { read, clock, random }, logger));
  const report = reportCluster({ logger, metrics, clock });
  const common = { ...parts, self, file, report };
  const directory = raftDirectory(raft.raftDir, randomUUID);
  election = await startRaftElection({
    settings: { ...DEFAULT_CLUSTER_TIMES, ...names(self, raft) },
    kept: await directory.newest(),
    api: clusterLeasesApi(kube, { namespace, name: `${service}-cluster` }, clock, random),
    startFence: startLease,
    startGossip: (hooks) => startGossip(common, `${namespace}/${service}`, hooks),
    open: (cluster) => directory.open(cluster),
    startNode: (run, changed) => startServer(common, run, changed),
    followPods: (see) => knowPeers(parts, (peers) => see(peers.map(({ ip }) => ip))),
    report: report.election,
    clock,
    random,
  });
  const { stop } = election;
  starting.defer(stop);
  const running = starting.move();
  return { ...election, [Symbol.dispose]: () => running.dispose() };
}

function names({ identity, pod, address }: Self, { gossipPort, raftPort }: RaftSettings) {
  return {
    identity,
    pod,
    podIp: address,
    node: hostPort(address, gossipPort),
    raftAddress: hostPort(address, raftPort),
    raftPort,
    gossipPort,
    version: version(),
    newClusterId: randomUUID,
  };
}

/** @param label keeps the controllers of other Services apart, whatever keys they have */
function startGossip(
  { raft, self: { address }, file, clock, report }: Common,
  label: string,
  { meta, member }: GossipHooks,
): Promise<GossipNode> {
  const { gossipPort: port } = raft;
  return startGossipNode({
    node: hostPort(address, port),
    endpoint: { host: address, port },
    bind: { port, address, portKey: 'cluster.gossipPort' },
    meta,
    label,
    keyring: () => file.keys(),
    clock,
    random,
    randomBytes,
    member,
    report: report.gossip,
  });
}

function startServer(
  { raft, self: { address }, file, clock, report }: Common,
  { storage, cluster, bootstrap, failed }: NodeRun,
  changed: () => void,
): Promise<RaftNode> {
  const { raftPort: port, keyFile } = raft;
  const endpoint = { port, address, portKey: 'cluster.raftPort', addressKey: 'POD_IP' };
  return startRaftNode({
    storage,
    bootstrap,
    address: hostPort(address, port),
    streams: keyFile ? pskStreams(() => file.keys() ?? keyFile.keys, cluster) : tcpStreams,
    listen: (server: Server) => listen(server, endpoint),
    settings: TIMES,
    clock,
    random,
    changed,
    failed,
    report: report.raft,
  });
}
