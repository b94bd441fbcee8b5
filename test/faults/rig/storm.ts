import type { Random } from '../../../src/base/random.ts';

/** Whom a fault is for; it is for nobody where all of these have one already. */
export type Victim = 'leader' | 'standby';

/** What is done; it is taken back after `forMs`, or at the end. */
export type Fault = { readonly forMs: number } & (
  | {
      readonly kind: 'kill' | 'stop' | 'pause' | 'unplug' | 'resets';
      readonly victim: Victim;
    }
  | {
      readonly kind: 'cut';
      readonly victim: Victim;
      readonly from: 'kube' | 'vault' | 'pods' | 'peers';
      readonly way: 'in' | 'out' | 'both';
    }
  | { readonly kind: 'no-api-server' | 'no-rights' | 'vault-sealed' | 'vault-paused' }
  | { readonly kind: 'lease'; readonly edit: 'deleted' | 'emptied' | 'given away' }
);

/** A fault, and how long nothing more happens after it has begun. */
export interface Blow {
  readonly fault: Fault;
  readonly thenMs: number;
}

const VICTIMS = ['leader', 'leader', 'standby'] as const;
const ON_A_NODE = [
  'kill',
  'kill',
  'stop',
  'pause',
  'unplug',
  'resets',
  'cut',
  'cut',
  'cut',
] as const;
const FOR_ALL = ['no-api-server', 'no-rights', 'vault-sealed', 'vault-paused', 'lease'] as const;

/** Some faults, one after another and over one another; the same for the same random numbers. */
export function aStorm(random: Random, count: number): Blow[] {
  return Array.from({ length: count }, () => {
    const fault = aFault(random);
    return { fault, thenMs: between(random, 200, 4_000) };
  });
}

function aFault(random: Random): Fault {
  const forMs = between(random, 300, 9_000);
  if (random() < 0.25) {
    const kind = oneOf(random, FOR_ALL);
    if (kind !== 'lease') return { kind, forMs };
    return { kind, forMs: 0, edit: oneOf(random, ['deleted', 'emptied', 'given away']) };
  }
  const [kind, victim] = [oneOf(random, ON_A_NODE), oneOf(random, VICTIMS)];
  if (kind !== 'cut') return { kind, victim, forMs };
  const from = oneOf(random, ['kube', 'kube', 'vault', 'pods', 'peers']);
  return { kind, victim, forMs, from, way: oneOf(random, ['in', 'out', 'both']) };
}

function between(random: Random, low: number, high: number): number {
  return Math.round(low + random() * (high - low));
}

function oneOf<const T>(random: Random, all: readonly [T, ...T[]]): T {
  return all[Math.floor(random() * all.length)] ?? all[0];
}
