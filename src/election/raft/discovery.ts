import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { type WakeTimer, wakeTimer } from '../../base/wake-timer.ts';
import type { GossipNode } from '../../gossip/node/gossip-node.ts';

export interface DiscoveryParts {
  readonly gossip: Pick<GossipNode, 'members' | 'join'>;
  readonly settings: { readonly podIp: string; readonly gossipPort: number };
  readonly clock: Clock;
  readonly random: Random;
}

/** Seeks out by gossip whoever the Service leads to, as long as it runs. */
export interface Discovery extends Disposable {
  /** The pods that there are now. */
  look(ips: readonly string[]): void;
}

/** Whoever cannot be reached is tried again: nobody else may know of it, nor it of us. */
const AGAIN_MS = 2_000;

/**
 * Continuous, unlike a list that is read at the start: a pod that comes later, or that a partition has
 * hidden, is found when the Service or the network shows it.
 */
export function discovery({ gossip, settings, clock, random }: DiscoveryParts): Discovery {
  let known: readonly string[] = [];
  const seek = (ips: readonly string[]) => {
    const there = new Set(
      gossip
        .members()
        .filter(({ status }) => status === 'alive')
        .map(({ endpoint }) => endpoint.host),
    );
    for (const host of ips) {
      if (host === settings.podIp || there.has(host)) continue;
      gossip.join({ host, port: settings.gossipPort });
    }
  };
  const again = () => clock.now() + AGAIN_MS * (0.75 + random() / 2);
  const timer: WakeTimer = wakeTimer(clock, () => {
    seek(known);
    timer.set(again());
  });
  timer.set(again());
  return {
    look(ips) {
      const isNew = ips.filter((ip) => !known.includes(ip));
      known = ips;
      seek(isNew);
    },
    [Symbol.dispose]: () => timer.stop(),
  };
}
