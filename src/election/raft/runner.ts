import { wakeTimer } from '../../base/wake-timer.ts';
import type { GossipNode } from '../../gossip/node/gossip-node.ts';
import type { SerfChange, SerfMember } from '../../gossip/serf/surface.ts';
import type { Check, CheckState } from '../../telemetry/health/check.ts';
import type { Election } from '../election.ts';
import type { LeaseElection } from '../lease/runner.ts';
import { createClusterCore } from './cluster/core.ts';
import { discovery } from './discovery.ts';
import { membersView } from './members/members-of.ts';
import type { MembersView } from './members/members-view.ts';
import type { RaftElectionParts } from './parts.ts';
import { createRaftHost, type RaftHost } from './raft-host.ts';
import { statusNews } from './reports.ts';
import {
  describe,
  feed,
  lookAtRaft,
  metaOf,
  missLeader,
  type Running,
  standOrSit,
  tellMembers,
} from './running.ts';
import { standingPolicy } from './standing.ts';

export interface RaftElection extends Election {
  /** The cluster as this controller sees it. */
  view(): MembersView;
}

/**
 * Takes part in a Raft cluster whose leader holds the Lease and acts (docs/adr/0016).
 * @throws what `startGossip` throws
 */
export async function startRaftElection(parts: RaftElectionParts): Promise<RaftElection> {
  const running = createRunning(parts);
  const member = (change: SerfChange, who: SerfMember) => {
    parts.report({ kind: 'member', change, member: who });
    tellMembers(running);
  };
  try {
    running.gossip = await parts.startGossip({ meta: metaOf(running), member });
  } catch (error) {
    running.fence.stop();
    throw error;
  }
  const ends = begin(running, running.gossip);
  return electionOf(running, ends);
}

function createRunning(parts: RaftElectionParts): Running {
  const { clock, settings } = parts;
  const running: Running = {
    parts,
    core: createClusterCore(settings, parts.kept),
    fence: startFence(parts, () => running),
    host: hostFor(parts, () => running),
    policy: standingPolicy(),
    news: statusNews(),
    timer: wakeTimer(clock, () => {
      lookAtRaft(running);
      feed(running, { kind: 'wake' });
    }),
    abort: new AbortController(),
    left: Promise.withResolvers(),
    gossip: undefined,
    description: { serverId: undefined, cluster: undefined, hasData: false, isLeaving: false },
    cluster: undefined,
    canServe: false,
    heldAt: undefined,
    trouble: undefined,
  };
  return running;
}

function startFence(parts: RaftElectionParts, running: () => Running): LeaseElection {
  return parts.startFence({
    mayAct(now) {
      const until = running().host.node()?.status().leadsUntil;
      return until !== undefined && until > now;
    },
    onMissed: (claim) => missLeader(running(), claim),
    held() {
      running().heldAt = parts.clock.now();
    },
  });
}

function hostFor(parts: RaftElectionParts, running: () => Running): RaftHost {
  const { clock, open } = parts;
  const look = () => lookAtRaft(running());
  return createRaftHost({
    clock,
    open,
    start: (run) => parts.startNode(run, look),
    started: look,
    opened: (cluster, serverId, isEmpty) =>
      feed(running(), { kind: 'opened', cluster, serverId, isEmpty }),
    trouble(error) {
      const isNews = error?.message !== running().trouble?.message;
      running().trouble = error;
      if (isNews) parts.report({ kind: 'trouble', error });
      look();
    },
  });
}

function begin(running: Running, gossip: GossipNode): DisposableStack {
  const { parts } = running;
  const { clock, random, settings } = parts;
  const ends = new DisposableStack();
  const seeking = ends.use(discovery({ gossip, settings, clock, random }));
  ends.use(
    parts.api.follow(
      (sight) => feed(running, { kind: 'seen', sight }),
      // The fence follows its Lease in the same way, and says why that fails.
      () => {},
    ),
  );
  ends.use(
    parts.followPods((ips) => {
      seeking.look(ips);
      feed(running, { kind: 'pods', ips });
    }),
  );
  tellMembers(running);
  return ends;
}

function electionOf(running: Running, ends: DisposableStack): RaftElection {
  const { fence, host, left, abort } = running;
  return {
    leader: () => fence.leader(),
    stand() {
      if (abort.signal.aborted) return;
      running.canServe = true;
      describe(running);
      standOrSit(running);
    },
    // Acts no more at once; what the others need of us comes first, and then that we go.
    async handOver() {
      const released = fence.handOver();
      feed(running, { kind: 'leave' });
      await Promise.all([released, left.promise]);
    },
    check: checkOf(running),
    view: () => viewOf(running),
    stop() {
      abort.abort();
      running.timer.stop();
      ends.dispose();
      fence.stop();
      void host.stop();
      running.gossip?.[Symbol.dispose]();
      left.resolve();
    },
  };
}

function checkOf(running: Running): Check {
  const { fence, host } = running;
  return {
    name: fence.check.name,
    state(): CheckState {
      const state = fence.check.state();
      if (state !== 'ok') return state;
      if (running.trouble !== undefined) return { reason: running.trouble.message };
      const leader = host.node()?.status().leader;
      return leader === undefined ? { reason: 'no leader of the Raft cluster is known' } : 'ok';
    },
  };
}

function viewOf({ gossip, host, cluster, description, fence, parts }: Running): MembersView {
  return membersView({
    gossip: gossip?.members() ?? [],
    status: host.node()?.status(),
    cluster,
    serverId: description.serverId,
    claim: fence.claim(),
    now: parts.clock.now(),
  });
}
