import { step } from '../tools/servers/step.ts';
import { type Figure, type Line, summarise } from './report/figure.ts';
import { number } from './report/table.ts';
import type { Lab } from './rig/lab.ts';
import type { Scenario, Values } from './scenarios/scenario.ts';
import type { Subject } from './subjects/subject.ts';

/** The programs that are compared, in the order of their turns; one of them may be missing. */
export interface Subjects {
  readonly floor: Subject | undefined;
  readonly ours: Subject | undefined;
}

/** Runs one scenario: the floor, where it can take part, and ours in turns, so that both meet the machine in the same moods. */
export async function measureScenario(
  scenario: Scenario,
  { floor, ours }: Subjects,
  lab: Lab,
  runs: number,
): Promise<Line[]> {
  const { name, figures, runSeconds } = scenario;
  await using trial = await step(`${name}: making ready`, name, () => scenario.prepare(lab));
  const values: Record<'floor' | 'ours', Values[]> = { floor: [], ours: [] };
  for (let run = 1; run <= runs; run += 1) {
    const measure = async (subject: Subject): Promise<Values> => {
      const short = `${name} ${run}/${runs} ${subject.name}`;
      const what = `${short} (about ${runSeconds} s)`;
      const result = await step(what, short, () => trial.measure(subject));
      const shown = figures.filter((figure) => subject.role === 'ours' || !figure.withoutFloor);
      console.log(`  ${shown.map((figure) => figureText(figure, result)).join(' · ')}`);
      return result;
    };
    if (floor !== undefined && !scenario.withoutFloor) values.floor.push(await measure(floor));
    if (ours !== undefined) values.ours.push(await measure(ours));
  }
  return figures.map((figure) =>
    summarise({
      figure,
      floor: figure.withoutFloor ? [] : values.floor.map((result) => read(figure, result)),
      ours: values.ours.map((result) => read(figure, result)),
    }),
  );
}

function read({ id }: Figure, values: Values): number {
  const value = values[id];
  if (value === undefined) throw new Error(`the scenario has measured no ${id}`);
  return value;
}

function figureText(figure: Figure, values: Values): string {
  return `${figure.label} ${number(read(figure, values))} ${figure.unit}`;
}
