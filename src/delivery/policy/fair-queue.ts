/** One pod in the queue: where it belongs decides when it has its turn. */
export interface Ticket {
  readonly namespace: string;
  readonly role: string;
  readonly uid: string;
}

type Lane = Set<string>;

/**
 * Who is next: namespaces take turns, within a namespace its roles, within a role its pods by
 * arrival. A parked role keeps its pods but has no turn. Maps and Sets keep insertion order, so
 * the first key is the next one, and every operation but passing over a namespace is O(1).
 */
export class FairQueue {
  /** Lanes that have turns, by namespace and role. */
  readonly #turns = new Map<string, Map<string, Lane>>();
  /** All lanes, by role and namespace. */
  readonly #lanes = new Map<string, Map<string, Lane>>();
  readonly #parked = new Set<string>();

  add({ namespace, role, uid }: Ticket): void {
    const lanes = getOrMake(this.#lanes, role, () => new Map<string, Lane>());
    const lane = getOrMake(lanes, namespace, () => new Set<string>());
    lane.add(uid);
    if (!this.#parked.has(role)) this.#giveTurn(namespace, role, lane);
  }

  remove({ namespace, role, uid }: Ticket): void {
    const lane = this.#lanes.get(role)?.get(namespace);
    if (!lane?.delete(uid) || lane.size > 0) return;
    this.#dropTurn(namespace, role);
    const lanes = this.#lanes.get(role);
    lanes?.delete(namespace);
    if (lanes?.size === 0) this.#lanes.delete(role);
  }

  /** Takes the next pod whose namespace may be served now; that namespace and role then go last. */
  take(mayServe: (namespace: string) => boolean): Ticket | undefined {
    for (const [namespace, roles] of this.#turns) {
      if (!mayServe(namespace)) continue;
      const [role, lane] = first(roles);
      const [uid] = lane;
      if (uid === undefined) throw new Error(`the lane of ${namespace} is empty`);
      const ticket = { namespace, role, uid };
      this.#rotate(namespace, role);
      this.remove(ticket);
      return ticket;
    }
    return undefined;
  }

  park(role: string): void {
    this.#parked.add(role);
    for (const namespace of this.#lanes.get(role)?.keys() ?? []) this.#dropTurn(namespace, role);
  }

  unpark(role: string): void {
    if (!this.#parked.delete(role)) return;
    for (const [namespace, lane] of this.#lanes.get(role) ?? []) {
      this.#giveTurn(namespace, role, lane);
    }
  }

  has(role: string): boolean {
    return this.#lanes.has(role);
  }

  *waitingFor(role: string): Iterable<string> {
    for (const lane of this.#lanes.get(role)?.values() ?? []) yield* lane;
  }

  /** Takes every pod of a role out, in each namespace by arrival. */
  drain(role: string): Ticket[] {
    const tickets: Ticket[] = [];
    for (const [namespace, lane] of this.#lanes.get(role) ?? []) {
      for (const uid of lane) tickets.push({ namespace, role, uid });
      this.#dropTurn(namespace, role);
    }
    this.#lanes.delete(role);
    return tickets;
  }

  #giveTurn(namespace: string, role: string, lane: Lane): void {
    getOrMake(this.#turns, namespace, () => new Map<string, Lane>()).set(role, lane);
  }

  #dropTurn(namespace: string, role: string): void {
    const roles = this.#turns.get(namespace);
    roles?.delete(role);
    if (roles?.size === 0) this.#turns.delete(namespace);
  }

  #rotate(namespace: string, role: string): void {
    const roles = this.#turns.get(namespace);
    const lane = roles?.get(role);
    if (roles === undefined || lane === undefined) return;
    roles.delete(role);
    roles.set(role, lane);
    this.#turns.delete(namespace);
    this.#turns.set(namespace, roles);
  }
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function first<Key, Value>(map: Map<Key, Value>): [Key, Value] {
  for (const entry of map) return entry;
  throw new Error('an empty map has no first entry');
}
