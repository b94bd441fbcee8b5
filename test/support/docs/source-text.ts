import { globSync, readFileSync } from 'node:fs';
import { ELLIPSIS } from './event-texts.ts';

const ROOT = new URL('../../../', import.meta.url);

/** The source of the files that a pattern matches, by their paths from the root of the repository. */
export function sources(pattern: string): ReadonlyMap<string, string> {
  const paths = globSync(pattern, { cwd: ROOT }).toSorted();
  return new Map(paths.map((path) => [path, readFileSync(new URL(path, ROOT), 'utf8')]));
}

const INTERPOLATION = /\$\{(?:[^{}]|\{[^{}]*\})*\}/g;

/** All that the programs may say, in lower case: the text of `src`, where `…` stands for what they put in, and as it is. */
export function spokenText(): string {
  const all = [...sources('src/**/*.ts').values()].join('\n').replaceAll("\\'", "'");
  return `${all.replace(INTERPOLATION, ELLIPSIS)}\n${all}`.toLowerCase();
}
