import type { Endpoint, Message, Ping } from '../messages.ts';
import { COMPOUND_BYTES } from './broadcast-queue.ts';
import type { Member, Step } from './state.ts';
import { retransmits } from './timing.ts';

/** The protocol version from which members understand checksums. */
const CHECKSUM_SINCE = 5;

/** Sends a message, and with it what is to be spread and finds room (memberlist, sendMsg). */
export function send(step: Step, to: Endpoint, node: string | undefined, message: Message): void {
  const { state, settings, actions } = step;
  const room = settings.packetBytes - settings.sizeOf(message) - COMPOUND_BYTES;
  const messages = [message, ...takeBroadcasts(step, room)];
  const member = node === undefined ? undefined : state.members.get(node);
  actions.push({ kind: 'send', to, messages, hasChecksum: understandsChecksums(member) });
}

/** Sends a packet of these messages alone. */
export function sendAlone({ actions }: Step, to: Member, messages: readonly Message[]): void {
  const hasChecksum = understandsChecksums(to);
  actions.push({ kind: 'send', to: to.endpoint, messages, hasChecksum });
}

/** What fits into so many bytes of what is to be spread. */
export function takeBroadcasts(step: Step, bytes: number): readonly Message[] {
  const { state, settings, actions } = step;
  if (state.queue.size === 0) return [];
  const limit = retransmits(settings, state.order.length + 1);
  const { messages, finished } = state.queue.take(bytes, limit);
  for (const token of finished) actions.push({ kind: 'told', token });
  return messages;
}

export function ownSource({ settings }: Step): NonNullable<Ping['source']> {
  return { node: settings.node, ...settings.endpoint };
}

function understandsChecksums(member: Member | undefined): boolean {
  return member !== undefined && member.versions[1] >= CHECKSUM_SINCE;
}
