import { isIP } from 'node:net';
import { elements, type Fields, fields, text } from '../api/json.ts';
import type { Peer } from './peer.ts';

/** The peers in an EndpointSlice (discovery.k8s.io/v1), ready or not. */
export function peersOfSlice(value: unknown): Peer[] {
  return elements(fields(value)['endpoints'])
    .map(fields)
    .flatMap((endpoint) =>
      elements(endpoint['addresses']).flatMap((address) => peer(address, endpoint)),
    );
}

/** The peers in Endpoints (v1), ready or not. */
export function peersOfEndpoints(value: unknown): Peer[] {
  return elements(fields(value)['subsets'])
    .map(fields)
    .flatMap((subset) => [
      ...elements(subset['addresses']),
      ...elements(subset['notReadyAddresses']),
    ])
    .map(fields)
    .flatMap((address) => peer(address['ip'], address));
}

/** None where the address is not one of IP: a slice may hold host names. */
function peer(address: unknown, { targetRef }: Fields): Peer[] {
  const ip = text(address);
  if (ip === undefined || isIP(ip) === 0) return [];
  const { kind, name } = fields(targetRef);
  return [{ ip, podName: kind === 'Pod' ? text(name) : undefined }];
}
