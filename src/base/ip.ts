import { BlockList, isIP, isIPv4 } from 'node:net';

const forbidden = new BlockList();
forbidden.addSubnet('0.0.0.0', 8, 'ipv4');
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addSubnet('224.0.0.0', 4, 'ipv4');
forbidden.addAddress('255.255.255.255', 'ipv4');
forbidden.addAddress('::', 'ipv6');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addSubnet('ff00::', 8, 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Why `ip` cannot be a pod's address, or undefined when it can. IPv4-mapped IPv6 addresses are
 * judged as the IPv4 address they mean.
 */
export function unfitPodIp(ip: string, allowLoopback = false): string | undefined {
  if (isIP(ip) === 0 || ip.includes('%')) return 'is not an IP address';
  const family = isIPv4(ip) ? 'ipv4' : 'ipv6';
  if (forbidden.check(ip, family)) return 'is link-local, unspecified or multicast';
  if (!allowLoopback && loopback.check(ip, family)) return 'is a loopback address';
  return undefined;
}

/** `host:port` as it stands in a URL: IPv6 addresses in brackets. */
export function hostPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
