import type { Endpoint } from '../messages.ts';
import type { Serf } from '../serf/serf.ts';
import type { SerfAction, SerfInput, SerfMember } from '../serf/surface.ts';
import { feeding } from './feeding.ts';
import { type GossipSockets, openSockets } from './listening.ts';
import { newMember, requireShort } from './member.ts';
import type { GossipNodeParts } from './parts.ts';
import type { NodeReport } from './report.ts';
import { sealing } from './sealing.ts';
import { type GossipWire, gossipWire } from './wire.ts';

/** A serf member among others, over UDP and TCP. */
export interface GossipNode extends Disposable {
  /** All that are known, ourselves first. */
  members(): SerfMember[];
  /** Exchanges all with whoever is at `to`, once; `member` or `report` says what came of it. */
  join(to: Endpoint): void;
  /** @throws RangeError for more than 512 bytes */
  describe(meta: Uint8Array): void;
  /** A member that failed is not waited for any more, by anybody, and forgotten. */
  remove(node: string): void;
  /**
   * Says that we go, and ends when the others know, or the time is up (2.5 s by NODE_RULES). Never
   * rejects.
   */
  leave(): Promise<void>;
  /** Ends all that it does, at once; others take it for failed, unless it has left. */
  [Symbol.dispose](): void;
}

/** @throws GossipListenError; RangeError for a meta of more than 512 bytes */
export async function startGossipNode(parts: GossipNodeParts): Promise<GossipNode> {
  requireShort(parts.meta);
  return run(parts, await openSockets(parts.bind, parts.endpoint.host));
}

function run(given: GossipNodeParts, sockets: GossipSockets): GossipNode {
  const stack = new DisposableStack();
  const report = (what: NodeReport) => {
    if (!stack.disposed) given.report(what);
  };
  const parts = { ...given, report };
  const { clock } = parts;
  const seals = sealing(parts);
  const { serf, rules, packetBytes } = newMember(parts, seals);
  const left = Promise.withResolvers<void>();
  stack.defer(left.resolve);
  const feed = (input: SerfInput) => feeder.feed(input);
  const pingMs = rules.probeEveryMs;
  const wireParts = { sealing: seals, clock, report, feed, packetBytes, pingMs };
  const wire = stack.use(gossipWire(sockets, wireParts));
  const end = () => stack.dispose();
  const feeder = feeding(serf, clock, (action) => carryOut(action, parts, wire, end));
  stack.defer(feeder.stop);
  return {
    ...commands(serf, parts.endpoint, feed),
    leave() {
      feed({ kind: 'leave' });
      return left.promise;
    },
    [Symbol.dispose]: end,
  };
}

function commands(
  serf: Serf,
  own: Endpoint,
  feed: (input: SerfInput) => void,
): Pick<GossipNode, 'members' | 'join' | 'describe' | 'remove'> {
  return {
    members: () => serf.members(),
    join(to) {
      if (to.host !== own.host || to.port !== own.port) feed({ kind: 'join', to });
    },
    describe(meta) {
      requireShort(meta);
      const [us] = serf.members();
      // What is said anew has all others hear of it.
      if (us === undefined || Buffer.compare(us.meta, meta) !== 0) feed({ kind: 'describe', meta });
    },
    remove: (node) => feed({ kind: 'remove', node, prune: true }),
  };
}

function carryOut(
  action: SerfAction,
  { member, report }: GossipNodeParts,
  wire: GossipWire,
  end: () => void,
): void {
  switch (action.kind) {
    case 'member':
      return member(action.change, action.member);
    case 'report':
      return report(action.report);
    case 'left':
      return end();
    case 'event':
      // Passed on, as all are; nobody here listens to any.
      return;
    case 'unreadable':
      // The codec has reported what is wrong with it.
      return;
    default:
      return wire.carryOut(action);
  }
}
