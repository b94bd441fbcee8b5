import { isIP } from 'node:net';

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

const HOST_PORT = /^(?:\[(?<bracketed>[^\]]*)\]|(?<bare>[^:]*)):(?<port>\d{1,5})$/;
const HIGHEST_PORT = 65_535;

/**
 * Reads `host:port`, as base/ip.ts's hostPort writes it. The host is a literal address, without a
 * zone: what a Lease says comes from outside, and is no reason to ask a name server.
 * @returns undefined for anything else
 */
export function parsePeerAddress(text: string): PeerAddress | undefined {
  const groups = HOST_PORT.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { bracketed, bare = '' } = groups;
  const host = bracketed ?? bare;
  const port = Number(groups['port']);
  if (isIP(host) !== (bracketed === undefined ? 4 : 6) || host.includes('%')) return undefined;
  return port >= 1 && port <= HIGHEST_PORT ? { host, port } : undefined;
}
