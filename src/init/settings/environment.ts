import { messageOf } from '../../base/message-of.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable whose value cannot be used, and what it should be. */
export interface Problem {
  readonly variable: string;
  readonly problem: string;
}

/** What a value's parser throws; the message follows the variable's name: `is not a port`. */
export class BadValueError extends Error {
  override readonly name = 'BadValueError';
}

/** Reads variables, and collects every problem on the way; an empty variable counts as unset. */
export interface EnvironmentReader {
  readonly problems: readonly Problem[];
  text(variable: string): string | undefined;
  /** What `parse` makes of the variable, or undefined where it is unset or `parse` throws. */
  parsed<T>(variable: string, parse: (text: string) => T): T | undefined;
  complain(variable: string, problem: string): void;
}

export function environmentReader(environment: Environment): EnvironmentReader {
  const problems: Problem[] = [];
  const text = (variable: string) => environment[variable] || undefined;
  const complain = (variable: string, problem: string) => {
    problems.push({ variable, problem });
  };
  return {
    problems,
    text,
    complain,
    parsed(variable, parse) {
      const value = text(variable);
      if (value === undefined) return undefined;
      try {
        return parse(value);
      } catch (error) {
        complain(variable, messageOf(error));
        return undefined;
      }
    },
  };
}
