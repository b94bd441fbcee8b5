import { repeatable } from './repeatable.ts';

/** A place in the configuration's text; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with the configuration. */
export interface Problem {
  readonly at: Position;
  /** The path of the key, such as `vault.tls.caCert` or `authorization.rules[0].approles`; empty for the file as a whole. */
  readonly key: string;
  readonly wrong: string;
  /** What to write instead. */
  readonly write: string;
}

/** The way to a value: keys of mappings and indexes of lists. */
export type Path = readonly (string | number)[];

/** `['rules', 0, 'approles']` as people write it: `rules[0].approles`. */
export function keyPath(path: Path): string {
  const steps = path.map((step) =>
    typeof step === 'number' ? `[${step}]` : `.${repeatable(step)}`,
  );
  return steps.join('').replace(/^\./, '');
}

/** Problems as text for a person at a terminal: one a line, in the order of the file, then how many. */
export function formatProblems(fileName: string, problems: readonly Problem[]): string {
  const lines = inFileOrder(problems).map(({ at, key, wrong, write }) => {
    const subject = key === '' ? '' : `${key}: `;
    return `${fileName}:${at.line}:${at.column}: ${subject}${wrong}; ${write}`;
  });
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return `${lines.join('\n')}\n${fileName}: ${count}; nothing was started\n`;
}

export function inFileOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
}
