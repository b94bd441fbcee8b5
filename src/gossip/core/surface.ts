import type { Ack, Endpoint, Message, Ping, PushPull, RemoteNode } from '../messages.ts';

/** A connection that another opened, as the caller names it. */
export type Connection = number;

/** In which order broadcasts find room in a packet: what is of members first. */
export type BroadcastLevel = 'member' | 'intent' | 'query' | 'event';

/** What happens to a member. */
export type GossipInput =
  /** It is time for what `nextWake` announced. */
  | { readonly kind: 'wake' }
  /** The messages of a packet, or a message that came alone over a stream. */
  | { readonly kind: 'packet'; readonly from: Endpoint; readonly messages: readonly Message[] }
  /** Exchange all with whoever is at `to`. */
  | { readonly kind: 'join'; readonly to: Endpoint }
  /** Another sent its state over a stream, and waits for ours. */
  | { readonly kind: 'pushed'; readonly connection: Connection; readonly state: PushPull }
  /** The answer to our `push-pull`. */
  | { readonly kind: 'pulled'; readonly isJoin: boolean; readonly state: PushPull }
  | { readonly kind: 'stream-pinged'; readonly connection: Connection; readonly ping: Ping }
  /** Our `stream-ping` was answered with its own sequence number. */
  | { readonly kind: 'stream-acked'; readonly sequence: number }
  | Broadcast
  /** We are described by another meta from now on. */
  | { readonly kind: 'describe'; readonly meta: Uint8Array }
  /** Tell the others that we go; `told` of LEFT follows. */
  | { readonly kind: 'leave' };

/** Spread a message of the layer above. */
export interface Broadcast {
  readonly kind: 'broadcast';
  readonly payload: Uint8Array;
  readonly level: BroadcastLevel;
  /** `told` says it once the message was sent as often as it is to be. */
  readonly token?: string;
}

/** The token of the broadcast that we left. */
export const LEFT = 'left';

export type GossipAction =
  | Send
  | { readonly kind: 'stream-ping'; readonly to: Endpoint; readonly ping: Ping }
  | { readonly kind: 'stream-ack'; readonly connection: Connection; readonly ack: Ack }
  /** Open a stream, send our state, read theirs: `pulled`. */
  | { readonly kind: 'push-pull'; readonly to: Endpoint; readonly state: PushPull }
  /** Our state, for one that `pushed`. */
  | { readonly kind: 'pull'; readonly connection: Connection; readonly state: PushPull }
  /** For the layer above: a message, or the rest of a push/pull. */
  | { readonly kind: 'user'; readonly payload: Uint8Array }
  | Merged
  | { readonly kind: 'told'; readonly token: string }
  | { readonly kind: 'member'; readonly change: MemberChange; readonly member: RemoteNode }
  | { readonly kind: 'report'; readonly report: GossipReport };

/** The nodes of a push/pull are taken in; this is the rest of it. */
export interface Merged {
  readonly kind: 'merged';
  readonly userState: Uint8Array;
  /** We asked for it, to join. */
  readonly isOurJoin: boolean;
}

/** One UDP packet; more messages than one make a compound. */
export interface Send {
  readonly kind: 'send';
  readonly to: Endpoint;
  readonly messages: readonly Message[];
  /** The receiver is known to understand checksums (protocol version 5). */
  readonly hasChecksum: boolean;
}

/** A member that `left` said so itself; one that `failed` was not heard of. */
export type MemberChange = 'joined' | 'updated' | 'left' | 'failed';

/** For logs and counters. */
export type GossipReport =
  | { readonly kind: 'suspected'; readonly node: string; readonly by: string }
  | { readonly kind: 'refuted'; readonly incarnation: number }
  /** Two claim the same name: the new one is not taken in. */
  | { readonly kind: 'conflict'; readonly node: string; readonly endpoint: Endpoint }
  /** It cannot talk with all of us, or we know too many: not taken in. */
  | { readonly kind: 'refused'; readonly node: string; readonly reason: 'versions' | 'crowd' }
  /** UDP does not get there, TCP does. */
  | { readonly kind: 'reached-by-stream'; readonly node: string }
  /** We ran late, so that nobody could be heard. */
  | { readonly kind: 'stalled'; readonly ms: number };
