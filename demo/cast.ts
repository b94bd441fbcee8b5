/** A pod of the demo: who it is, what it asks for, and when it comes on stage. */
export interface Part {
  readonly namespace: string;
  readonly name: string;
  /** The role that it is to have, which its manifest pins. */
  readonly role: string;
  /** What its annotation says, where that is something else. */
  readonly annotatedRole?: string;
  /** Milliseconds after the first pod. */
  readonly entersAfterMs: number;
}

/** An annotation that somebody got wrong: Vault has no such role. */
export const MISSPELT_ROLE = 'paymnets';

const TEAMS = [
  { namespace: 'shop', role: 'storefront', pods: ['web-0', 'web-1', 'web-2', 'cart-0', 'cart-1'] },
  { namespace: 'billing', role: 'payments', pods: ['invoice-0', 'invoice-1', 'refunds-0'] },
  { namespace: 'search', role: 'indexer', pods: ['api-0', 'api-1', 'crawler-0', 'crawler-1'] },
];

const BETWEEN_ENTRANCES_MS = 200;

export const ROLES = TEAMS.map(({ role }) => role);
export const NAMESPACES = TEAMS.map(({ namespace }) => namespace);

/** Twelve pods of three teams, who enter one after the other, whatever team they are of. */
export const CAST: readonly Part[] = inTurns(
  TEAMS.map(({ namespace, role, pods }) =>
    pods.map((name) => ({
      namespace,
      name,
      role,
      ...(name === 'refunds-0' ? { annotatedRole: MISSPELT_ROLE } : {}),
    })),
  ),
).map((part, turn) => ({ ...part, entersAfterMs: turn * BETWEEN_ENTRANCES_MS }));

/** When half of them have entered, and the next is about to. */
export const HALF_WAY_MS = (CAST.length / 2) * BETWEEN_ENTRANCES_MS;

function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat();
}
