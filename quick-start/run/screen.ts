import { typed } from './command.ts';
import type { Problem, Step } from './step.ts';

/** Where people read what happens. */
export interface Screen {
  step(number: number, of: number, step: Step): void;
  progress(state: string): void;
  outcome(text: string): void;
  /** A line, or several. */
  say(text: string): void;
  problem(problem: Problem): void;
}

const INDENT = '        ';

/** @param write gets whole lines, each with its end; `root` is left out of the paths shown. */
export function lineScreen(write: (text: string) => void, root: string): Screen {
  const say = (text: string) => write(`${text}\n`);
  const inside = (text: string) => say(text.replaceAll(/^/gm, INDENT));
  return {
    say,
    outcome: inside,
    progress: (state) => inside(`… ${state}`),
    step(number, of, step) {
      say(`[${String(number).padStart(2)}/${of}] ${step.title}: ${step.why}`);
      for (const line of linesOf(step)) inside(`$ ${line.replaceAll(root, '')}`);
    },
    problem({ what, remedies }) {
      say(`\n✗ ${what}`);
      for (const remedy of remedies) say(`  → ${remedy}`);
    },
  };
}

/** What a person would type for a step. */
export function linesOf(step: Step): readonly string[] {
  return step.kind === 'wait' ? step.byHand : step.run.flatMap(typed);
}
