import { keyPath, type Path, type Problem } from '../problem.ts';
import { DEFAULT_GOSSIP_PORT, DEFAULT_RAFT_PORT } from '../schema/cluster.ts';
import { DEFAULT_HEALTH_PORT, DEFAULT_PEER_PORT } from '../schema/configuration.ts';
import { port } from '../values/basic.ts';
import { isEmpty, isSet, positionOf, type Tree, valueAt } from '../yaml/tree.ts';
import { electsByRaft } from './election.ts';

const HTTP = 80;
const HTTPS = 443;

/** The port of the metrics where none is set. */
export function defaultMetricsPort(hasCertificate: boolean): number {
  return hasCertificate ? HTTPS : HTTP;
}

/** A port that this process listens on, by its key; `number` is undefined where it cannot be read. */
interface UsedPort {
  readonly path: Path;
  readonly number: number | undefined;
  readonly written: boolean;
}

/** Two listeners of one process cannot share a port, whether it was written down or is the default. */
export function equalPorts(tree: Tree): Problem[] {
  const used = [
    usedPort(tree, ['prometheus', 'port'], defaultMetricsPort(servesHttps(tree))),
    usedPort(tree, ['health', 'port'], DEFAULT_HEALTH_PORT),
    usedPort(tree, ['peerPort'], DEFAULT_PEER_PORT),
    ...(electsByRaft(tree) ? clusterPorts(tree) : []),
  ];
  return used.flatMap((one, index): Problem[] => {
    const twin = used.slice(0, index).find(({ number }) => number === one.number);
    return twin === undefined || one.number === undefined ? [] : [clash(tree, one, twin)];
  });
}

function clusterPorts(tree: Tree): UsedPort[] {
  return [
    usedPort(tree, ['cluster', 'gossipPort'], DEFAULT_GOSSIP_PORT),
    usedPort(tree, ['cluster', 'raftPort'], DEFAULT_RAFT_PORT),
  ];
}

function servesHttps(tree: Tree): boolean {
  return ['certFile', 'vaultCertBackend'].some((key) => isSet(tree, ['prometheus', 'tls', key]));
}

function usedPort(tree: Tree, path: Path, otherwise: number | undefined): UsedPort {
  const value = valueAt(tree, path);
  if (value === undefined || isEmpty(value)) return { path, number: otherwise, written: false };
  const reading = value.kind === 'scalar' ? port(value) : undefined;
  return { path, number: reading?.ok ? reading.value : undefined, written: true };
}

/** Points at the one of the two that is written down: there it can be changed. */
function clash(tree: Tree, one: UsedPort, twin: UsedPort): Problem {
  const [here, there] = one.written ? [one, twin] : [twin, one];
  const whose = there.written ? keyPath(there.path) : `the default of ${keyPath(there.path)}`;
  return {
    at: positionOf(tree, here.path),
    key: keyPath(here.path),
    wrong: `is port ${one.number}, as is ${whose}`,
    write: 'give each its own port',
  };
}
