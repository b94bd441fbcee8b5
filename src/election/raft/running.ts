import type { WakeTimer } from '../../base/wake-timer.ts';
import type { GossipNode } from '../../gossip/node/gossip-node.ts';
import type { ClusterName } from '../../kube/leases/cluster-lease.ts';
import type { LeaseClaim } from '../../kube/leases/kube-lease.ts';
import { carryOut } from '../carry-out.ts';
import type { LeaseElection } from '../lease/runner.ts';
import type { ClusterCore } from './cluster/core.ts';
import type { ClusterAction, ClusterInput, Description } from './cluster/messages.ts';
import type { RaftElectionParts } from './parts.ts';
import type { RaftHost } from './raft-host.ts';
import type { statusNews } from './reports.ts';
import { clusterMember, describedBy, encodeDescription } from './self-description.ts';
import type { StandingPolicy } from './standing.ts';

/** All that takes part in the election by Raft within this process, and what they know. */
export interface Running {
  readonly parts: RaftElectionParts;
  readonly core: ClusterCore;
  readonly fence: LeaseElection;
  readonly host: RaftHost;
  readonly policy: StandingPolicy;
  readonly news: ReturnType<typeof statusNews>;
  readonly timer: WakeTimer;
  /** Aborts when all is over. */
  readonly abort: AbortController;
  /** Resolves when the cluster has been left. */
  readonly left: PromiseWithResolvers<void>;
  /** Undefined at the very beginning. */
  gossip: GossipNode | undefined;
  description: Description;
  /** Whose server runs, or is about to. */
  cluster: ClusterName | undefined;
  canServe: boolean;
  /** When a write that holds the Lease was last answered (ms, monotonic). */
  heldAt: number | undefined;
  /** Why no Raft server runs for now. */
  trouble: Error | undefined;
}

/** What has happened goes to the core, and what it makes of it is carried out. */
export function feed(running: Running, input: ClusterInput): void {
  const { parts, core, abort, timer } = running;
  if (abort.signal.aborted) return;
  for (const action of core.step(input, parts.clock.now(), parts.random())) {
    act(running, action);
    if (abort.signal.aborted) return;
  }
  timer.set(core.nextWake());
}

function act(running: Running, action: ClusterAction): void {
  const { host, parts } = running;
  switch (action.kind) {
    case 'open':
      return host.open(action.cluster);
    case 'run':
      running.cluster = action.cluster;
      return host.run(action.cluster, action.bootstrap);
    case 'stop':
      running.cluster = undefined;
      void host.stop();
      return standOrSit(running);
    case 'change':
      return void host.node()?.change(action.change);
    case 'transfer':
      return void host.node()?.transfer(action.to);
    case 'describe':
      running.description = action.description;
      return describe(running);
    case 'left':
      return void leave(running);
    case 'report':
      return parts.report(action.report);
    default:
      return void carryOut(parts.api, action, running.abort.signal).then((answer) => {
        if (answer !== undefined) feed(running, answer);
      });
  }
}

/** A disk that hangs is waited for no longer; the Raft server says nothing any more by then. */
const DISK_MS = 500;

async function leave({ host, gossip, left, parts: { clock } }: Running): Promise<void> {
  const hung = Promise.withResolvers<void>();
  const cancel = clock.callAt(clock.now() + DISK_MS, hung.resolve);
  await Promise.race([host.stop(), hung.promise]);
  cancel();
  await gossip?.leave();
  left.resolve();
}

/** The Raft server may be in another state than before: who leads acts first, and mends the cluster then. */
export function lookAtRaft(running: Running): void {
  const { host, news, parts, cluster, abort } = running;
  if (abort.signal.aborted) return;
  standOrSit(running);
  if (cluster === undefined) return;
  const status = host.node()?.status();
  if (status !== undefined) for (const report of news(status, cluster.epoch)) parts.report(report);
  feed(running, { kind: 'raft', status });
}

/** Who leads the Raft cluster, and nobody else, stands for the Lease; and nobody who is about to leave. */
export function standOrSit(running: Running): void {
  const { host, fence, policy, parts, timer, canServe, cluster, heldAt } = running;
  if (running.description.isLeaving) return;
  const status = host.node()?.status();
  const situation = { canServe, cluster, status, heldAt, heirs: heirsOf(running) };
  const decision = policy.decide(situation, parts.clock.now());
  if (decision.kind === 'stand') fence.stand(decision.claim);
  else fence.sit();
  if (decision.kind === 'transfer') {
    parts.report({ kind: 'handing-on', to: decision.to });
    host.node()?.transfer(decision.to);
  }
  timer.set(policy.nextWake());
}

/** The voters that say that they could serve. */
function heirsOf({ gossip, host }: Running): string[] {
  const able = new Set<string | undefined>();
  for (const member of gossip?.members() ?? []) {
    const described = member.status === 'alive' ? describedBy(member) : undefined;
    if (described?.canServe && !described.isLeaving) able.add(described.serverId);
  }
  const { servers = [] } = host.node()?.status().configuration ?? {};
  return servers.flatMap(({ id, suffrage }) => (suffrage === 'voter' && able.has(id) ? id : []));
}

/** Nobody waits for the silence of a leader whose process is known to be gone. */
export function missLeader({ host, cluster }: Running, claim: LeaseClaim): void {
  const node = host.node();
  const status = node?.status();
  if (status?.leader === undefined || claim.term !== status.term) return;
  if (claim.cluster !== cluster?.id || claim.epoch !== cluster.epoch) return;
  node?.missLeader(status.leader);
}

export function tellMembers(running: Running): void {
  const members = running.gossip?.members() ?? [];
  feed(running, { kind: 'members', members: members.map(clusterMember) });
  standOrSit(running);
}

export function describe(running: Running): void {
  running.gossip?.describe(metaOf(running));
}

export function metaOf({
  description,
  canServe,
  parts,
}: Pick<Running, 'description' | 'canServe' | 'parts'>) {
  return encodeDescription({ ...parts.settings, ...description, canServe });
}
