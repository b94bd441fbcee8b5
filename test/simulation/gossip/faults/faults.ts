import type { PlantedFault } from '../../../support/planted-fault/planted-fault.ts';

export interface GossipFault extends PlantedFault {
  readonly title: string;
  /** What shows it; the simulation, where nothing is said: some faults another rule makes up for. */
  readonly shownBy?: 'scripts';
}

export const FAULTS: readonly GossipFault[] = [
  {
    title: 'does not refute a suspicion',
    file: 'src/gossip/core/gone.ts',
    from: 'if (member === state.me) return refute(step, message.incarnation);',
    to: 'if (member === state.me) return;',
  },
  {
    title: 'refutes by the incarnation it is accused by',
    file: 'src/gossip/core/refute.ts',
    from: 'Math.max(me.incarnation, accused) + 1',
    to: 'Math.max(me.incarnation, accused)',
  },
  {
    title: 'takes the same incarnation for news',
    file: 'src/gossip/core/alive.ts',
    from: 'alive.incarnation <= member.incarnation',
    to: 'alive.incarnation < member.incarnation',
  },
  {
    title: 'asks nobody else to ping',
    file: 'src/gossip/core/probing.ts',
    from: 'choose(helpers, settings.indirectProbes, random)',
    to: 'choose(helpers, 0, random)',
  },
  {
    title: 'does not ping over TCP',
    file: 'src/gossip/core/probing.ts',
    from: 'if (member.versions[1] < STREAM_PING_SINCE) return;',
    to: 'if (member.versions[1] > 0) return;',
  },
  {
    title: 'takes a suspect for dead at once',
    file: 'src/gossip/core/suspicion.ts',
    from: 'const minMs = suspicionMs(rules, members);',
    to: 'const minMs = 0;',
  },
  {
    title: 'counts no confirmations',
    file: 'src/gossip/core/suspicion.ts',
    from: 'if (accusers.size > wanted || accusers.has(accuser)) return undefined;',
    to: 'return undefined;',
  },
  {
    title: 'does not spread whom it suspects',
    file: 'src/gossip/core/gone.ts',
    from: 'spread(step, member.node, message);\n  const suspicion',
    to: 'const suspicion',
  },
  {
    title: 'does not spread who is dead',
    file: 'src/gossip/core/gone.ts',
    from: 'spread(step, member.node, message, isUs ? LEFT : undefined);',
    to: '',
  },
  {
    title: 'probes the first of its list alone',
    file: 'src/gossip/core/probing.ts',
    from: 'state.nextInOrder += 1;',
    to: '',
  },
  {
    title: 'spreads everything for ever',
    file: 'src/gossip/core/broadcast-queue.ts',
    from: 'entries.push(...sent.filter((entry) => entry.sent < limit));',
    to: 'entries.push(...sent);',
  },
  {
    title: 'counts the time in which it stood still',
    file: 'src/gossip/core/stall.ts',
    from: 'if (ms <= settings.stallMs) return;',
    to: 'return;',
  },
  {
    title: 'takes for dead before it has read what came while it stood still',
    file: 'src/gossip/core/stall.ts',
    from: 'state.judgeAt = now + readMs;',
    to: '',
  },
  {
    title: 'leaves it to chance that its accuser hears the refutation',
    file: 'src/gossip/core/gone.ts',
    from: 'sendAlone(step, accuser, [ownAlive(step)]);',
    to: '',
    shownBy: 'scripts',
  },
  {
    title: 'takes no other for a member in a push/pull',
    file: 'src/gossip/core/exchange.ts',
    from: 'for (const node of nodes) mergeNode(step, node);',
    to: '',
  },
  {
    title: 'takes for dead whom another takes for dead',
    file: 'src/gossip/core/exchange.ts',
    from: "return hearSuspect(step, { kind: 'suspect', incarnation",
    to: "return hearDead(step, { kind: 'dead', incarnation",
  },
  {
    title: 'never tries the failed again',
    file: 'src/gossip/serf/reaping.ts',
    from: 'if (random() > failed.length / living) return;',
    to: 'if (random() >= 0) return;',
  },
  {
    title: 'tells an event each time it hears it',
    file: 'src/gossip/serf/recently-seen.ts',
    from: 'if (slot.seen.some((other) => isSame(one, other))) return false;',
    to: '',
    shownBy: 'scripts',
  },
  {
    title: 'takes whoever leaves for failed',
    file: 'src/gossip/serf/members.ts',
    from: "known.status = known.status === 'leaving' ? 'left' : change;",
    to: "known.status = 'failed';",
  },
  {
    title: 'goes as soon as it is asked to leave',
    file: 'src/gossip/serf/leaving.ts',
    from: "if (others.some(isThere)) say(step, leave, 'intent', INTENT);\n  else goBelow(step);",
    to: "step.actions.push({ kind: 'left' });",
  },
  {
    title: 'does not count on by what others say the time is',
    file: 'src/gossip/serf/lamport-clock.ts',
    from: 'time = other + 1;',
    to: 'time = time + 0;',
    shownBy: 'scripts',
  },
  {
    title: 'tells the dead nothing',
    file: 'src/gossip/core/gossiping.ts',
    from: "return standing.kind !== 'dead' || now - standing.since <= settings.gossipToDeadMs;",
    to: "return standing.kind !== 'dead';",
    shownBy: 'scripts',
  },
  {
    title: 'passes on no ack that another waits for',
    file: 'src/gossip/core/answering.ts',
    from: "answer(step, relay, 'ack');",
    to: '',
  },
  {
    title: 'takes a member that says itself that it is gone for dead',
    file: 'src/gossip/core/gone.ts',
    from: 'const hasLeft = message.from === member.node;',
    to: 'const hasLeft = false;',
    shownBy: 'scripts',
  },
];
