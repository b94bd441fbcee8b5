import type { Figure } from '../report/figure.ts';
import type { Lab } from '../rig/lab.ts';
import type { Subject } from '../subjects/subject.ts';

/** What one run of one program gave, by the figure's id. */
export type Values = Readonly<Record<string, number>>;

/** Something that is measured, and how. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What is done and what the figures mean, for the report. */
  readonly method: string;
  readonly figures: readonly Figure[];
  /** How many runs there are unless the command line says so; 3 where it is missing. */
  readonly runs?: number;
  /** Nothing of the kind could be asked of the floor. */
  readonly withoutFloor?: true;
  /** About how long one run of one program takes, in seconds. */
  readonly runSeconds: number;
  /**
   * Looks, before anything is measured, whether what it takes is there.
   * @throws Failure or Error in one line, saying what to do
   */
  readonly require?: () => void;
  /** Makes ready what all runs share. */
  prepare(lab: Lab): Promise<Trial>;
}

export interface Trial extends AsyncDisposable {
  /** One run of one program; `values` has one for each of the scenario's figures. */
  measure(subject: Subject): Promise<Values>;
}
