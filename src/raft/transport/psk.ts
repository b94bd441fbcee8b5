import { hkdfSync, type KeyObject } from 'node:crypto';

/** A key as TLS takes it, and the name that it goes by. */
export interface Psk {
  readonly identity: string;
  readonly psk: Buffer;
}

/** Which cluster: of those who have a key, each speaks to members of its own alone. */
export interface ClusterName {
  readonly id: string;
  /** Raised when a cluster is begun anew; those who have not heard of it are of another one. */
  readonly epoch: number;
}

const PSK_BYTES = 32;
const IDENTITY_BYTES = 16;

/**
 * What a key of the cluster is to Raft's connections (RFC 5869). Gossip encrypts with the key itself:
 * so nothing that either lets out helps against the other, and the identity, which goes over the
 * network in the clear, tells keys and clusters apart and no more.
 */
export function pskOf(key: KeyObject, { id, epoch }: ClusterName): Psk {
  const of = `${id} ${epoch}`;
  return {
    identity: derived(key, `kubernetes-vault raft identity ${of}`, IDENTITY_BYTES).toString('hex'),
    psk: derived(key, `kubernetes-vault raft TLS-PSK ${of}`, PSK_BYTES),
  };
}

function derived(key: KeyObject, purpose: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), purpose, bytes));
}
