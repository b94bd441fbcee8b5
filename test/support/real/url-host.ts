import { isIPv6 } from 'node:net';

/** An IP address as a URL has it: IPv6 in brackets. */
export function urlHost(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}
