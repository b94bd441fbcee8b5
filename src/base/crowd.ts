/** As much of a socket as it takes. */
export interface Member {
  readonly remoteAddress?: string | undefined;
  once(event: 'close', listener: () => void): unknown;
  destroy(): unknown;
}

/** The connections of a server: so many at most. */
export interface Crowd extends Disposable {
  add(member: Member): void;
}

/**
 * Where there would be more than `most`, the address with the most connections loses its oldest one:
 * a peer has few of them, so that whoever hoards connections only closes his own, and one that
 * was left behind by a machine which vanished makes room by itself.
 */
export function crowd(most: number): Crowd {
  /** In the order of their coming, by address. */
  const byAddress = new Map<string, Set<Member>>();
  let size = 0;
  const remove = (address: string, member: Member) => {
    const members = byAddress.get(address);
    if (!members?.delete(member)) return;
    size -= 1;
    if (members.size === 0) byAddress.delete(address);
  };
  return {
    add(member) {
      const address = member.remoteAddress ?? '';
      const members = byAddress.get(address) ?? new Set();
      byAddress.set(address, members.add(member));
      size += 1;
      member.once('close', () => remove(address, member));
      if (size <= most) return;
      const [crowded, oldest] = oldestOfLargest(byAddress);
      // Its own event comes later, maybe after the next connection.
      remove(crowded, oldest);
      oldest.destroy();
    },
    [Symbol.dispose]() {
      for (const members of byAddress.values()) for (const member of members) member.destroy();
    },
  };
}

function oldestOfLargest(byAddress: ReadonlyMap<string, ReadonlySet<Member>>): [string, Member] {
  const groups = [...byAddress].map(([address, members]) => ({ address, members }));
  const { address, members } = groups.reduce((a, b) => (b.members.size > a.members.size ? b : a));
  const [oldest] = members;
  if (oldest === undefined) throw new RangeError('nobody is in the crowd');
  return [address, oldest];
}
