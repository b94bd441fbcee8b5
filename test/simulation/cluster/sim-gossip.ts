import type { ClusterMember, Description } from '../../../src/election/raft/cluster/messages.ts';
import type { World } from '../raft/world.ts';

/** A process as the others hear of it. */
export interface Gossiper {
  readonly node: string;
  readonly ip: string;
  readonly raftAddress: string;
  description: Description;
}

interface Heard {
  member: ClusterMember;
  of: Gossiper;
  at: number;
  /** Others have it that it has failed, until it says otherwise. */
  accusedUntil: number;
}

interface Taking {
  readonly who: Gossiper;
  readonly heard: Map<string, Heard>;
  /** The addresses that the Service led to, when it was last asked. */
  readonly seeds: () => ReadonlySet<string>;
  readonly tell: (members: readonly ClusterMember[]) => void;
  /** What was told last. */
  told: string;
}

/** As long as it takes by SWIM's rules with few members. */
const FAILS_AFTER_MS = [2_500, 6_500] as const;
const ROUND_MS = 200;

/**
 * Who hears what of whom by gossip: a description comes through within a round or two where there is
 * a way, at most by way of another; whoever is not heard has failed after some seconds.
 */
export class SimGossip {
  readonly #world: World;
  readonly #isConnected: (one: string, other: string) => boolean;
  readonly #taking = new Map<Gossiper, Taking>();

  constructor(world: World, isConnected: (one: string, other: string) => boolean) {
    this.#world = world;
    this.#isConnected = isConnected;
  }

  join(who: Gossiper, seeds: Taking['seeds'], tell: Taking['tell']): void {
    const taking: Taking = { who, heard: new Map(), seeds, tell, told: '' };
    this.#taking.set(who, taking);
    this.#rounds(taking);
  }

  /** As a kill: nobody is told. */
  vanish(who: Gossiper): void {
    this.#taking.delete(who);
  }

  /** Whoever can be reached hears that it has left. */
  leave(who: Gossiper): void {
    for (const { who: other, heard } of this.#taking.values()) {
      const known = heard.get(who.node);
      if (known?.of !== who || !this.#isReachable(other, who)) continue;
      heard.set(who.node, { ...known, member: { ...known.member, status: 'left' } });
    }
    this.vanish(who);
  }

  /** Somebody is taken for failed by somebody, wrongly, for a while. */
  accuse(): void {
    const taking = this.#world.pick([...this.#taking.values()]);
    const heard = this.#world.pick([...(taking?.heard.values() ?? [])]);
    if (heard === undefined || heard.member.status !== 'alive') return;
    heard.member = { ...heard.member, status: 'failed' };
    heard.accusedUntil = this.#world.now + 1_500 * this.#world.random();
  }

  #rounds(taking: Taking): void {
    this.#world.after(ROUND_MS * (0.5 + this.#world.random()), () => {
      if (this.#taking.get(taking.who) !== taking) return;
      this.#round(taking);
      this.#rounds(taking);
    });
  }

  #round(taking: Taking): void {
    for (const other of this.#taking.values()) this.#listen(taking, other);
    for (const heard of taking.heard.values()) this.#wait(heard);
    const members = [...taking.heard.values()].map(({ member }) => member);
    const news = JSON.stringify(members);
    if (news === taking.told) return;
    taking.told = news;
    taking.tell(members);
  }

  #listen({ who, heard, seeds }: Taking, { who: other, seeds: theirs }: Taking): void {
    if (other === who || !this.#isReachable(who, other)) return;
    const known = heard.get(other.node);
    const haveMet = known !== undefined || seeds().has(other.ip) || theirs().has(who.ip);
    const accusedUntil = known?.of === other ? known.accusedUntil : 0;
    if (!haveMet || accusedUntil > this.#world.now) return;
    heard.set(other.node, {
      member: memberOf(other),
      of: other,
      at: this.#world.now,
      accusedUntil: 0,
    });
  }

  #wait(heard: Heard): void {
    const { now, random } = this.#world;
    const [least, most] = FAILS_AFTER_MS;
    const isThere = heard.member.status === 'alive' || heard.member.status === 'leaving';
    if (!isThere || now - heard.at < least + (most - least) * random()) return;
    heard.member = { ...heard.member, status: 'failed' };
  }

  #isReachable(one: Gossiper, other: Gossiper): boolean {
    if (this.#isConnected(one.ip, other.ip)) return true;
    return [...this.#taking.keys()].some(
      ({ ip }) => this.#isConnected(one.ip, ip) && this.#isConnected(ip, other.ip),
    );
  }
}

function memberOf({ node, ip, raftAddress, description }: Gossiper): ClusterMember {
  return { node, podIp: ip, status: 'alive', server: { ...description, raftAddress } };
}
