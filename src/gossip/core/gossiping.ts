import { choose } from './choose.ts';
import { sendAlone, takeBroadcasts } from './sending.ts';
import type { GossipState, Member, Step } from './state.ts';

/** Sends what is to be spread to some of the others (memberlist, gossip). */
export function gossipOn(step: Step): void {
  const { state, settings, now, random } = step;
  if (state.gossipAt > now || state.queue.size === 0) return;
  const listeners = state.order.filter((member) => isListener(step, member));
  state.gossipAt = now + settings.gossipEveryMs;
  for (const member of choose(listeners, settings.gossipFanOut, random)) {
    const messages = takeBroadcasts(step, settings.packetBytes);
    if (messages.length === 0) return;
    sendAlone(step, member, messages);
  }
}

/** As long as there is something to spread and somebody to tell. */
export function nextGossip({ queue, order, gossipAt }: GossipState): number | undefined {
  if (queue.size === 0) return undefined;
  return order.some(({ standing }) => standing.kind !== 'left') ? gossipAt : undefined;
}

/** Whoever is dead by mistake must hear of it to refute. */
function isListener({ settings, now }: Step, { standing }: Member): boolean {
  if (standing.kind === 'left') return false;
  return standing.kind !== 'dead' || now - standing.since <= settings.gossipToDeadMs;
}
