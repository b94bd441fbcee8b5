import type { NetworkInterfaceInfo } from 'node:os';
import { unfitPodIp } from '../../base/ip.ts';
import { ownAddresses } from '../../base/own-addresses.ts';

export interface Host {
  readonly name: string;
  readonly interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
}

/** What the certificate of the metrics is for: the Service, this pod's name, and the addresses that it is scraped at. */
export function certificateNames(service: string, address: string | undefined, host: Host) {
  const isOne = address !== undefined && isScrapedAt(address);
  return {
    commonName: service,
    altNames: [host.name],
    ipSans: isOne ? [address] : ownAddresses(host.interfaces).filter(isScrapedAt),
  };
}

/** Neither "all addresses" nor one that means something else on every link. */
function isScrapedAt(ip: string): boolean {
  return unfitPodIp(ip, true) === undefined;
}
