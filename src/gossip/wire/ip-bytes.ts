import { isIPv4, SocketAddress } from 'node:net';
import { malformed } from './wire-error.ts';

/**
 * An IP address of 4 or 16 bytes in its usual text form; an IPv4 address within IPv6 as IPv4.
 * @throws GossipWireError for any other number of bytes
 */
export function ipFromBytes(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) throw malformed(`an IP address of ${bytes.length} bytes`);
  const groups = Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? [];
  const text = canonical(groups.join(':'));
  const mapped = /^::ffff:([\d.]+)$/.exec(text)?.[1];
  return mapped ?? text;
}

/**
 * The 4 bytes of an IPv4 address, the 16 of an IPv6 one.
 * @throws Error for what is not an IP address
 */
export function ipToBytes(host: string): Uint8Array {
  if (isIPv4(host)) return Uint8Array.from(host.split('.'), Number);
  const text = canonical(host).replace(/[\d.]+\.[\d.]+$/, (ipv4) => {
    const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = [], tail = []] = text.split('::').map((half) => (half ? half.split(':') : []));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const groups = [...head, ...zeros, ...tail].map((group) => group.padStart(4, '0'));
  return new Uint8Array(Buffer.from(groups.join(''), 'hex'));
}

function canonical(host: string): string {
  return new SocketAddress({ address: host, family: 'ipv6' }).address;
}
