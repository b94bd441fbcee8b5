import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
export const SCENARIOS = join(ROOT, 'docs', 'scenarios.md');

const ROW = /^\| (S\d+) \| (.*?) \| .*\|$/;
/** A test's title that starts with one or more ids: `test('S2 S7 …'`, `` it(`S2 … ``. */
const TITLE = /\b(?:test|it|describe|suite)\(\s*['"`]((?:S\d+[,:]? )+)/g;

export function readScenarios(): string {
  return readFileSync(SCENARIOS, 'utf8');
}

/** The ids of the table, in its order. */
export function scenarioIds(table: string): string[] {
  return table.split('\n').flatMap((line) => ROW.exec(line)?.[1] ?? []);
}

/** The test files by the ids that their titles start with, as paths from the project's root. */
export function testsById(): Map<string, string[]> {
  const tests = new Map<string, string[]>();
  for (const path of globSync('{test,e2e}/**/*.ts', { cwd: ROOT }).sort()) {
    for (const id of idsIn(readFileSync(join(ROOT, path), 'utf8'))) {
      tests.set(id, [...(tests.get(id) ?? []), path]);
    }
  }
  return tests;
}

function idsIn(source: string): Set<string> {
  return new Set([...source.matchAll(TITLE)].flatMap(([, ids = '']) => ids.match(/S\d+/g) ?? []));
}

/** The table with its last column as the tests have it now. */
export function withTests(table: string): string {
  const tests = testsById();
  return table
    .split('\n')
    .map((line) => {
      const [, id, words] = ROW.exec(line) ?? [];
      if (id === undefined) return line;
      return `| ${id} | ${words} | ${(tests.get(id) ?? []).map(link).join(', ')} |`;
    })
    .join('\n');
}

function link(path: string): string {
  const words = path
    .replace(/^test\//, '')
    .replace(/(\.test)?\.ts$/, '')
    .split('/');
  const [tier = '', ...name] = words;
  return `[${tier}: ${name.join('/')}](../${path})`;
}
