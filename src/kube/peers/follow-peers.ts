import type { Cancel } from '../../base/clock.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeError } from '../api/kube-error.ts';
import { distinctPeers, type Peer } from './peer.ts';
import { type PeerParts, type PeerPlace, type PeerWay, peerWays } from './peer-ways.ts';

/** What people may want to know of how the peers are found. */
export type PeersReport =
  /** This way is closed to us, and another one is tried; told once, until a way has led to the peers. */
  | {
      readonly kind: 'closed';
      readonly way: PeerWay['name'];
      readonly next: PeerWay['name'];
      readonly error: KubeError;
    }
  /** The last way is closed, too: after a while all are tried again. */
  | { readonly kind: 'all-closed'; readonly error: KubeError }
  /** The way fails otherwise than before, and is tried on; told once for each kind of error. */
  | { readonly kind: 'failing'; readonly way: PeerWay['name']; readonly error: KubeError }
  | { readonly kind: 'recovered'; readonly way: PeerWay['name'] };

/** A person has to mend it. */
const ALL_CLOSED_PAUSE_MS = 30_000;

/**
 * Tells which controllers the Service leads to, ready or not: at once, and whenever that may have
 * changed. Through EndpointSlices; where these are forbidden, or the cluster has none, through
 * Endpoints; where not even these may be watched, by asking for them now and then.
 */
export function followPeers(
  client: KubeClient,
  place: PeerPlace,
  parts: PeerParts,
  tell: (peers: readonly Peer[]) => void,
  report: (report: PeersReport) => void,
): Disposable {
  const [first, ...others] = peerWays(client, place, parts);
  if (first === undefined) throw new Error('there is no way to find peers');
  const told = new Set<PeerWay['name']>();
  let end: Cancel = () => {};

  const take = (way: PeerWay, rest: readonly PeerWay[]): void => {
    const see = (peers: readonly Peer[]) => {
      told.clear();
      tell(distinctPeers(peers));
    };
    let failing: KubeError['kind'] | undefined;
    const trouble = (error: KubeError | undefined) => {
      if (error !== undefined && isClosed(error)) return close(way, rest, error);
      if (error?.kind === failing) return;
      failing = error?.kind;
      if (error === undefined) report({ kind: 'recovered', way: way.name });
      else report({ kind: 'failing', way: way.name, error });
    };
    const begun = way.begin(see, trouble);
    end = () => begun[Symbol.dispose]();
  };
  const close = (way: PeerWay, [next, ...rest]: readonly PeerWay[], error: KubeError): void => {
    end();
    const news = told.has(way.name) ? () => {} : report;
    told.add(way.name);
    if (next !== undefined) {
      news({ kind: 'closed', way: way.name, next: next.name, error });
      return take(next, rest);
    }
    news({ kind: 'all-closed', error });
    const again = parts.clock.now() + ALL_CLOSED_PAUSE_MS;
    end = parts.clock.callAt(again, () => take(first, others));
  };
  take(first, others);
  return { [Symbol.dispose]: () => end() };
}

/** The rights are missing, or the cluster does not know these objects. */
function isClosed({ kind }: KubeError): boolean {
  return kind === 'forbidden' || kind === 'notFound';
}
