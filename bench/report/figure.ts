import { median, percentile, ratiosByPair } from './statistics.ts';

/** Milliseconds, seconds, milliseconds of CPU a second and a pod, 10^6 bytes, 10^3 bytes a second, pods, changes of the lead. */
export type Unit = 'ms' | 's' | 'ms/s' | 'ms/pod' | 'MB' | 'kB/s' | 'pods' | 'changes';

/** What a figure should reach. */
export type Target =
  /** At most this many times the floor's, by pairs of runs. */
  | { readonly kind: 'times-floor'; readonly atMost: number }
  /** At most this much, whatever the floor is. */
  | { readonly kind: 'absolute'; readonly atMost: number }
  /** At most this much in each run, the worst one too. */
  | { readonly kind: 'every-run'; readonly atMost: number }
  /** None in any run: one of them is not a slow program but a wrong one. */
  | { readonly kind: 'zero' };

/** One line of the report. */
export interface Figure {
  readonly id: string;
  /** What is measured, for people. */
  readonly label: string;
  readonly unit: Unit;
  readonly target?: Target;
  /** Nothing of the kind is measured of the floor. */
  readonly withoutFloor?: true;
}

/** The values of one figure, one a run, of each program that was measured. */
export interface Measured {
  readonly figure: Figure;
  readonly floor: readonly number[];
  readonly ours: readonly number[];
}

/** Some runs' values: the one that represents them, and how far they lie apart. */
export interface Spread {
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

/** One line of the report, worked out; undefined is what was not measured. */
export interface Line {
  readonly figure: Figure;
  readonly floor: Spread | undefined;
  readonly ours: Spread | undefined;
  readonly ratio: Spread | undefined;
  readonly verdict: 'met' | 'missed' | 'wrong' | 'none';
}

/** Medians over the runs; what must never happen is represented by its worst run. */
export function summarise({ figure, floor, ours }: Measured): Line {
  const represent = figure.target?.kind === 'zero' ? worst : median;
  const ratios = ratiosByPair(ours, floor).filter(Number.isFinite);
  const line = {
    figure,
    floor: spread(floor, represent),
    ours: spread(ours, represent),
    ratio: spread(ratios, median),
  };
  return { ...line, verdict: verdict(line) };
}

function verdict({ figure, ours, ratio }: Omit<Line, 'verdict'>): Line['verdict'] {
  const { target } = figure;
  if (target === undefined || ours === undefined) return 'none';
  if (target.kind === 'zero') return ours.value === 0 ? 'met' : 'wrong';
  if (target.kind === 'every-run') return ours.most <= target.atMost ? 'met' : 'missed';
  const measured = target.kind === 'times-floor' ? ratio : ours;
  if (measured === undefined) return 'none';
  return measured.value <= target.atMost ? 'met' : 'missed';
}

function spread(
  values: readonly number[],
  represent: (values: readonly number[]) => number,
): Spread | undefined {
  if (values.length === 0) return undefined;
  return { value: represent(values), least: Math.min(...values), most: Math.max(...values) };
}

function worst(values: readonly number[]): number {
  return percentile(values, 100);
}
