import type { z } from 'zod';
import { keyPath, type Path, type Problem } from '../problem.ts';
import { positionOf, type Tree, valueAt } from '../yaml/tree.ts';
import { keysAt, placeAt, sectionsWithKey } from './key-docs.ts';
import type { ProblemParams } from './kit.ts';
import { nearestName } from './nearest-name.ts';

/** What the schema found wrong with `tree`, in words for people. */
export function schemaProblems(tree: Tree, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((name) => unknownKey(tree, path, name));
    }
    const params: ProblemParams = issue.code === 'custom' ? (issue.params ?? {}) : {};
    return [
      {
        at: positionOf(tree, path),
        key: keyPath(path),
        wrong: issue.message,
        write: whatToWrite(path, params.example),
      },
    ];
  });
}

function whatToWrite(path: Path, example: string | undefined): string {
  const place = placeAt(path);
  const name = path.at(-1);
  if (place === undefined || place.kind === 'section') {
    return `write its keys below it, indented: ${keysAt(path).join(', ')}`;
  }
  const value = example ?? place.doc.example;
  return typeof name === 'number' ? `write \`- ${value}\`` : `write \`${name}: ${value}\``;
}

function unknownKey(tree: Tree, path: Path, name: string): Problem {
  const parent = valueAt(tree, path);
  const entry = parent?.kind === 'mapping' ? parent.entries.get(name) : undefined;
  return {
    at: entry?.keyAt ?? positionOf(tree, path),
    key: keyPath([...path, name]),
    wrong: 'is not a known key',
    write: suggestion(path, name),
  };
}

function suggestion(path: Path, name: string): string {
  const known = keysAt(path);
  const near = nearestName(name, known);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  const elsewhere = sectionsWithKey(name, path);
  if (elsewhere.length > 0) return `it belongs to ${elsewhere.map(inSection).join(' or ')}`;
  return `known here are ${known.join(', ')}`;
}

function inSection(section: string): string {
  return section === '' ? 'the top level' : `\`${section}\``;
}
