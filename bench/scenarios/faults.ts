import type { Figure } from '../report/figure.ts';
import type { Summary } from '../rig/ledger.ts';

/** What no program may do, however fast it is. */
export const faultFigures: readonly Figure[] = [
  { id: 'lost', label: 'pods without a push', unit: 'pods', target: { kind: 'zero' } },
  { id: 'duplicates', label: 'pushes too many', unit: 'pods', target: { kind: 'zero' } },
];

/** The values of `faultFigures`. */
export function faults({ expected, pushed, duplicates, strays }: Summary) {
  return { lost: expected - pushed, duplicates: duplicates + strays };
}
