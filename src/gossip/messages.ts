/**
 * What members tell each other: the messages of hashicorp/memberlist, protocol version 5 (its
 * structs, with our names). Incarnations are counted by the member itself: it alone raises its own.
 */
export type Message =
  | Ping
  | IndirectPing
  | Ack
  | Nack
  | Suspect
  | Alive
  | Dead
  | User
  | ProtocolError;

/** Are you `node`? Whoever is not does not answer. */
export interface Ping {
  readonly kind: 'ping';
  readonly sequence: number;
  readonly node: string;
  readonly source?: Endpoint & { readonly node: string };
}

/** Ping `node` at `target` for me, and pass on its ack; a nack if none has come in 500 ms. */
export interface IndirectPing {
  readonly kind: 'indirect-ping';
  readonly sequence: number;
  readonly target: Endpoint;
  readonly node: string;
  readonly wantsNack: boolean;
  readonly source?: Endpoint & { readonly node: string };
}

export interface Ack {
  readonly kind: 'ack';
  readonly sequence: number;
  readonly payload: Uint8Array;
}

export interface Nack {
  readonly kind: 'nack';
  readonly sequence: number;
}

export interface Suspect {
  readonly kind: 'suspect';
  readonly incarnation: number;
  readonly node: string;
  readonly from: string;
}

/** `from` is the node itself where it has left. */
export interface Dead {
  readonly kind: 'dead';
  readonly incarnation: number;
  readonly node: string;
  readonly from: string;
}

export interface Alive {
  readonly kind: 'alive';
  readonly incarnation: number;
  readonly node: string;
  readonly endpoint: Endpoint;
  /** At most 512 bytes. */
  readonly meta: Uint8Array;
  readonly versions: Versions;
}

/** A message of the layer above (serf). */
export interface User {
  readonly kind: 'user';
  readonly payload: Uint8Array;
}

export interface ProtocolError {
  readonly kind: 'error';
  readonly words: string;
}

export interface Endpoint {
  /** An IP address in its usual text form. */
  readonly host: string;
  readonly port: number;
}

/** The lowest, highest and current version of memberlist's protocol, and of the layer above. */
export type Versions = readonly [
  protocolMin: number,
  protocolMax: number,
  protocol: number,
  delegateMin: number,
  delegateMax: number,
  delegate: number,
];

export type NodeState = 'alive' | 'suspect' | 'dead' | 'left';

/** All that one member knows, exchanged over TCP with another's. */
export interface PushPull {
  readonly isJoin: boolean;
  readonly nodes: readonly RemoteNode[];
  /** Of the layer above. */
  readonly userState: Uint8Array;
}

export interface RemoteNode {
  readonly node: string;
  readonly endpoint: Endpoint;
  readonly meta: Uint8Array;
  readonly incarnation: number;
  readonly state: NodeState;
  readonly versions: Versions;
}
