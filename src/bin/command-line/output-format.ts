import { InvalidArgumentError } from 'commander';

/** For a person, or for a program. */
export type OutputFormat = 'table' | 'json';

/** @throws InvalidArgumentError */
export function parseOutput(text: string): OutputFormat {
  if (text === 'table' || text === 'json') return text;
  throw new InvalidArgumentError('It is table or json.');
}
