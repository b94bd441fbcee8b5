import type { Message, PushPull } from '../messages.ts';
import { encodeMessage } from '../wire/encode-message.ts';
import { GossipWireError } from '../wire/wire-error.ts';

/** What a message takes in a compound besides itself. */
const BYTES_IN_COMPOUND = 2;

/** How many bytes the message is on the wire. */
export function sizeOf(message: Message): number {
  return encodeMessage(message).length;
}

/** What can be taken of what came, and what is wrong with the rest. */
export interface Fitting<Of> {
  readonly fit: Of;
  readonly faults: readonly GossipWireError[];
}

/** What does not fit into a packet could not be passed on: it would lie in wait for room for ever. */
export function fittingMessages(
  messages: readonly Message[],
  packetBytes: number,
): Fitting<readonly Message[]> {
  return split(messages, (message) => message, packetBytes);
}

/** As fittingMessages, of those that another knows. */
export function fittingNodes(state: PushPull, packetBytes: number): Fitting<PushPull> {
  const { fit, faults } = split(state.nodes, (node) => ({ ...node, kind: 'alive' }), packetBytes);
  return { fit: { ...state, nodes: fit }, faults };
}

function split<One>(
  all: readonly One[],
  messageOf: (one: One) => Message,
  packetBytes: number,
): Fitting<readonly One[]> {
  const fits = (one: One) => sizeOf(messageOf(one)) + BYTES_IN_COMPOUND <= packetBytes;
  const fit = all.filter(fits);
  const faults = Array.from(
    { length: all.length - fit.length },
    () => new GossipWireError('too-large', 'does not fit into a packet'),
  );
  return { fit, faults };
}
